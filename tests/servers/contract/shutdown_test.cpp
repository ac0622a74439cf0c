// SIGTERM and SIGINT: everyone is told as the protocol tells it, and the process ends within 5 s.
#include <signal.h>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Shutdown : public TransportTest {};

TEST_P(Shutdown, EndsStreamsProperly) {
    start({"--threads", "2"});
    std::vector<std::unique_ptr<Subscriber>> subscribers(4);
    for (auto& subscriber : subscribers) subscriber = subscribe();
    publish("last words");
    for (const auto& subscriber : subscribers) EXPECT_EQ(subscriber->next().payload, "last words");
    server().signal(SIGTERM);
    if (!GetParam().stream) subscribers.clear();  // a poll that is not parked has nothing to be told
    for (const auto& subscriber : subscribers) {
        EXPECT_EQ(subscriber->next().kind, Event::Kind::end);
    }
    EXPECT_EQ(server().wait_exit(std::chrono::milliseconds{5000}), 0) << server().errors();
    EXPECT_EQ(server().errors(), "");
}

TEST_P(Shutdown, DoesNotWaitForAClientThatNeverReads) {
    start({"--history", "64"});
    Following small_buffer;
    small_buffer.receive_buffer_bytes = 4096;
    const auto stuck = subscribe(small_buffer);
    Socket silent{server().port()};
    Socket half{server().port()};
    half.send("GET / HT");
    for (int i = 0; i < 20; ++i) publish(std::string(500 * 1024, 'x'));
    expect_graceful_end();
}

TEST_P(Shutdown, EndsInMidSchedule) {
    start({"--threads", "2"});
    const auto subscriber = subscribe();
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":5000,"count":0})").status, 202U);
    subscriber->take(20);
    expect_graceful_end();
}

TEST_P(Shutdown, EndsWithNobodyThere) {
    start();
    server().signal(SIGINT);
    EXPECT_EQ(server().wait_exit(), 0);
}

TEST_P(Shutdown, TakesASecondSignalInItsStride) {
    start();
    Following small_buffer;
    small_buffer.receive_buffer_bytes = 4096;
    const auto stuck = subscribe(small_buffer);
    for (int i = 0; i < 20; ++i) publish(std::string(500 * 1024, 'x'));
    server().signal(SIGTERM);
    server().signal(SIGINT);
    server().signal(SIGTERM);
    EXPECT_EQ(server().wait_exit(std::chrono::milliseconds{5000}), 0);
}

INSTANTIATE_TEST_SUITE_P(Transports, Shutdown, ::testing::ValuesIn(variants()), variant_name);

}  // namespace
}  // namespace pushbench::contract
