// Clients that leave, in every way and at any time.
#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Vanishing : public TransportTest {};

TEST_P(Vanishing, InMidDeliveryLeavesNothingBehind) {
    start();
    const std::string large(300 * 1024, 'x');
    for (int round = 0; round < 5; ++round) {
        Following small_buffer;
        small_buffer.receive_buffer_bytes = 4096;
        const auto leaver = subscribe(small_buffer);
        const auto stayer = subscribe();
        for (int i = 0; i < 8; ++i) publish(large);
        leaver->vanish();
        publish("still served");
        while (stayer->next().payload != "still served") {
        }
    }
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
}

TEST_P(Vanishing, HundredsOfThemLeaveNothingBehind) {
    start();
    for (int i = 0; i < 200; ++i) {
        const auto subscriber = subscribe();
        if (i % 20 == 0) publish("x");
        if (i % 2 == 0) subscriber->vanish();
    }
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
    EXPECT_EQ(metric("pushbench_connections_accepted_total"), 200U);
    const auto subscriber = subscribe();
    publish("y");
    EXPECT_EQ(subscriber->next().payload, "y");
}

TEST_P(Vanishing, WithoutAWordOrInMidRequest) {
    start();
    for (int i = 0; i < 50; ++i) {
        Socket silent{server().port()};
        if (i % 2 == 0) silent.send("GET " + GetParam().path + " HT");
        if (i % 3 == 0) silent.reset();
    }
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
}

TEST_P(Vanishing, ConnectionsAreCountedWhileTheyAreOpen) {
    start({"--threads", "2"});
    std::vector<std::unique_ptr<Subscriber>> subscribers;
    for (std::uint64_t i = 1; i <= 6; ++i) {
        subscribers.push_back(subscribe());
        EXPECT_TRUE(metric_reaches("pushbench_connections", i));
    }
    subscribers.clear();
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
}

INSTANTIATE_TEST_SUITE_P(Transports, Vanishing, ::testing::ValuesIn(variants()), variant_name);

}  // namespace
}  // namespace pushbench::contract
