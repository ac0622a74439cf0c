// Too many connections, too few files, clients that say nothing.
#include <thread>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Limits : public TransportTest {};

TEST_P(Limits, OverMaxConnectionsIs503AndServiceGoesOnAfterwards) {
    start({"--max-connections", "3"});
    std::vector<std::unique_ptr<Subscriber>> subscribers;
    for (std::uint64_t i = 1; i <= 3; ++i) {
        subscribers.push_back(subscribe());
        ASSERT_TRUE(metric_reaches("pushbench_connections", i));
    }
    const Answer refused = ask(GetParam().path);
    EXPECT_EQ(refused.status, 503U);
    EXPECT_TRUE(refused.has("Retry-After"));
    EXPECT_EQ(metric("pushbench_connections_refused_total"), 1U);
    publish("to those inside");
    for (const auto& subscriber : subscribers) EXPECT_EQ(subscriber->next().payload, "to those inside");
    subscribers.pop_back();
    ASSERT_TRUE(metric_reaches("pushbench_connections", 2));
    const auto late = subscribe();
    publish("to the late one");
    EXPECT_EQ(late->next().payload, "to the late one");
}

TEST_P(Limits, ThoseItRefusesKeepNobodyElseOut) {
    start({"--max-connections", "1"});
    auto inside = subscribe();
    std::vector<std::unique_ptr<Socket>> silent(5);
    for (auto& socket : silent) socket = std::make_unique<Socket>(server().port());
    ASSERT_TRUE(metric_reaches("pushbench_connections_refused_total", 5));
    EXPECT_EQ(metric("pushbench_connections"), 1U);
    inside.reset();
    ASSERT_TRUE(metric_reaches("pushbench_connections", 0));
    const auto next = subscribe();
    publish("to the next");
    EXPECT_EQ(next->next().payload, "to the next");
}

TEST_P(Limits, MaxConnectionsHoldsAgainstABurst) {
    start({"--max-connections", "4", "--threads", "2", "--header-timeout", "5s"});
    std::vector<std::unique_ptr<HttpClient>> clients(40);
    for (auto& client : clients) client = std::make_unique<HttpClient>(server().port());
    for (const auto& client : clients) client->send("GET", "/nowhere");
    int served = 0;
    int refused = 0;
    for (const auto& client : clients) {
        const Answer answer = client->read_answer();
        (answer.status == 503 ? refused : served) += 1;
    }
    EXPECT_EQ(served, 4);
    EXPECT_EQ(refused, 36);
}

TEST_P(Limits, AFloodIsHeldBackAndThenServed) {
    start({"--max-connections", "2", "--header-timeout", "300ms"});
    std::vector<std::unique_ptr<Socket>> silent(200);
    for (auto& socket : silent) socket = std::make_unique<Socket>(server().port());
    EXPECT_TRUE(metric_reaches("pushbench_connections", 2));
    silent.clear();
    EXPECT_TRUE(eventually([&] { return ask("/nowhere").status == 404; }));
}

TEST_P(Limits, ASilentClientIsClosedAfterTheHeaderTimeout) {
    start({"--header-timeout", "200ms"});
    Socket silent{server().port()};
    Socket slow{server().port()};
    slow.send("GET /nowhere HTTP/1.1\r\nHost:");
    bool ended = false;
    EXPECT_EQ(silent.read_to_end(&ended), "");
    EXPECT_TRUE(ended);
    slow.read_to_end(&ended);
    EXPECT_TRUE(ended);
}

// One byte now and then must not keep a connection: the timeout is for the whole request.
TEST_P(Limits, ADrippingClientIsClosedAfterTheHeaderTimeout) {
    start({"--header-timeout", "300ms"});
    Socket dripping{server().port()};
    dripping.set_timeout(std::chrono::milliseconds{20});
    const auto drip_fails = [&] {
        bool ended = false;
        const bool sent = dripping.send("x");
        dripping.read_to_end(&ended);
        return !sent || ended;
    };
    dripping.send("GET /");
    EXPECT_TRUE(eventually(drip_fails));
}

TEST_P(Limits, AnIdleKeepAliveConnectionIsClosedAfterTheIdleTimeout) {
    start({"--idle-timeout", "200ms"});
    HttpClient client{server().port()};
    EXPECT_EQ(client.get("/nowhere").status, 404U);
    bool ended = false;
    client.socket().read_to_end(&ended);
    EXPECT_TRUE(ended);
}

// Out of files the server waits; it must not spin, and it must recover.
TEST_P(Limits, OutOfFilesItNeitherSpinsNorDies) {
    if (kSanitized) GTEST_SKIP() << "the sanitizer itself needs files";
    ServerProcess server{{"/bin/sh", "-c",
                          "ulimit -n 40; exec \"$0\" --listen 127.0.0.1:0 --admin 127.0.0.1:0",
                          GetParam().server}};
    std::vector<std::unique_ptr<Socket>> silent(100);
    for (auto& socket : silent) socket = std::make_unique<Socket>(server.port());
    const double before_s = server.cpu_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    EXPECT_LT(server.cpu_seconds() - before_s, 0.25) << "a spinning loop takes all of 0.5 s";
    silent.clear();
    EXPECT_TRUE(eventually([&] { return http_request(server.port(), "GET", "/nowhere").status == 404; }));
    EXPECT_EQ(http_request(server.admin_port(), "GET", "/healthz").status, 200U);
}

INSTANTIATE_TEST_SUITE_P(Servers, Limits, ::testing::ValuesIn(servers()), variant_name);

}  // namespace
}  // namespace pushbench::contract
