// Who subscribed first is served first, by every transport that waits on behalf of its subscribers.
#include <algorithm>
#include <deque>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class WakeOrder : public TransportTest {
 protected:
    /// The kernel begins to stamp a while after it was first asked to, so this asks until it does. It goes on
    /// as long as the witness lives.
    bool kernel_stamps(Socket& witness) {
        witness.stamp_arrivals();
        return eventually([&] {
            witness.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return witness.take_arrival_ns() > 0;
        });
    }

    /// One request that subscribes to `default` by any of the transports.
    std::string subscription() const {
        return "GET " + current().path +
               "?after=0&wait=60s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: "
               "websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    }
};

TEST_P(WakeOrder, IsTheOrderOfSubscription) {
    start({"--threads", "1"});
    Socket witness{server().admin_port()};
    if (!kernel_stamps(witness)) GTEST_SKIP() << "this kernel does not say when bytes came";
    constexpr std::uint64_t kClients = 50;
    // They connect from the last to the first: that order must not matter.
    std::deque<Socket> clients;
    for (std::uint64_t i = 0; i < kClients; ++i) clients.emplace_front(server().port());

    for (std::uint64_t i = 0; i < kClients; ++i) {
        clients[i].stamp_arrivals();
        ASSERT_TRUE(clients[i].send(subscription()));
        // The one thread counts the request, subscribes, and only then answers us.
        ASSERT_TRUE(metric_reaches("pushbench_requests_total", i + 1));
        if (current().stream) clients[i].take_arrival_ns();  // the head of the stream
    }
    publish("for all");
    std::vector<std::int64_t> arrivals_ns;
    arrivals_ns.reserve(kClients);
    for (Socket& client : clients) arrivals_ns.push_back(client.take_arrival_ns());
    EXPECT_GT(arrivals_ns.front(), 0);
    EXPECT_TRUE(std::is_sorted(arrivals_ns.begin(), arrivals_ns.end()))
        << ::testing::PrintToString(arrivals_ns);
    EXPECT_TRUE(metric_reaches("pushbench_deliveries_total", kClients));
}

// A short poll does not wait.
INSTANTIATE_TEST_SUITE_P(Transports, WakeOrder,
                         ::testing::Values(variant("LongPoll"), variant("WebSocket"),
                                           variant("WebSocketBeast"), variant("Sse")),
                         variant_name);

}  // namespace
}  // namespace pushbench::contract
