// bench/wan/wan_relay between a client and a server of a few lines. How long it takes at least is what it is
// for; how long at most is the machine's, and no test asks.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "loadgen/fake_peer.hpp"
#include "loadgen/measure/clock.hpp"
#include "servers/contract/process.hpp"
#include "servers/contract/socket.hpp"

namespace pushbench::wan {
namespace {

using contract::ServerProcess;
using contract::Socket;
using loadgen::FakePeer;
using loadgen::now_ns;
using loadgen::ns_per_ms;
using loadgen::PeerConnection;

ServerProcess relay_to(const FakePeer& peer, std::vector<std::string> options) {
    options.insert(options.begin(), {WAN_RELAY, "--listen", "127.0.0.1:0", "--to", peer.address().text});
    return ServerProcess{options};
}

/// Answers each line by itself.
void echo(PeerConnection& client, int /*number*/) {
    for (std::string line = client.read_until("\n"); !line.empty(); line = client.read_until("\n"))
        client.write(line);
}

/// The JSON line that it prints at its end.
boost::json::object report_of(ServerProcess& relay) {
    relay.signal(SIGTERM);
    EXPECT_EQ(relay.wait_exit(), 0) << relay.errors();
    const std::string printed = relay.output();
    return boost::json::parse(printed.substr(printed.find('\n') + 1)).as_object();
}

TEST(WanRelay, AnAnswerTakesARoundTripAndTheFirstOneMore) {
    const FakePeer peer{echo};
    ServerProcess relay = relay_to(peer, {"--delay-up", "10ms", "--delay-down", "30ms"});
    const std::int64_t begin_ns = now_ns();
    Socket client{relay.port()};
    client.send("hello\n");
    EXPECT_EQ(client.read_until("\n"), "hello\n");
    const std::int64_t first_ns = now_ns();
    EXPECT_GE(first_ns - begin_ns, 80 * ns_per_ms) << "a handshake, then request and answer";
    client.send("again\n");
    EXPECT_EQ(client.read_until("\n"), "again\n");
    EXPECT_GE(now_ns() - first_ns, 40 * ns_per_ms);

    const boost::json::object report = report_of(relay);
    EXPECT_EQ(report.at("connections").to_number<int>(), 1);
    EXPECT_EQ(report.at("pieces").to_number<int>(), 4) << "two lines there and back";
    const boost::json::object& late = report.at("late_us").as_object();
    EXPECT_GE(late.at("max").to_number<double>(), late.at("p50").to_number<double>());
}

TEST(WanRelay, CarriesEveryByteThoughFarMoreThanItHolds) {
    const FakePeer peer{[](PeerConnection& client, int) {
        std::string all;
        for (int i = 0; i < 100'000; ++i) all += std::to_string(i) + "\n";
        client.read_until("go\n");
        client.write(all + "end\n");
    }};
    ServerProcess relay = relay_to(peer, {"--delay-up", "1ms", "--delay-down", "1ms", "--window", "8192"});
    Socket client{relay.port()};
    client.send("go\n");
    for (int i = 0; i < 100'000; ++i) ASSERT_EQ(client.read_until("\n"), std::to_string(i) + "\n");
    EXPECT_EQ(client.read_until("\n"), "end\n");
}

TEST(WanRelay, ARateHoldsBackWhatIsLong) {
    const FakePeer peer{[](PeerConnection& client, int) {
        client.read_until("go\n");
        client.write(std::string(20'000, 'x') + "\n");
    }};
    ServerProcess relay = relay_to(peer, {"--rate-down", "100000"});
    Socket client{relay.port()};
    const std::int64_t begin_ns = now_ns();
    client.send("go\n");
    EXPECT_EQ(client.read_until("\n").size(), 20'001U);
    EXPECT_GE(now_ns() - begin_ns, 200 * ns_per_ms);
}

TEST(WanRelay, PassesOnThatOneSideHasFinished) {
    const FakePeer peer{[](PeerConnection& client, int) {
        std::string said = client.read_until("bye\n");
        EXPECT_EQ(client.read_until("\n"), "") << "it has finished, and still listens";
        client.write("you said " + said);
    }};
    ServerProcess relay = relay_to(peer, {"--delay-up", "5ms", "--delay-down", "5ms"});
    Socket client{relay.port()};
    client.send("bye\n");
    client.finish_sending();
    bool ended = false;
    EXPECT_EQ(client.read_to_end(&ended), "you said bye\n");
    EXPECT_TRUE(ended);
}

TEST(WanRelay, PassesOnAReset) {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<int> error;
    const FakePeer peer{[&](PeerConnection& client, int) {
        client.write(client.read_until("hello\n"));
        char byte = 0;
        const ssize_t n = recv(client.fd(), &byte, 1, 0);
        const std::lock_guard lock{mutex};
        error = n < 0 ? errno : 0;
        changed.notify_all();
    }};
    ServerProcess relay = relay_to(peer, {"--delay-up", "5ms"});
    Socket client{relay.port()};
    client.send("hello\n");
    // Nothing else is under way then, which a reset would throw away.
    EXPECT_EQ(client.read_until("\n"), "hello\n");
    client.reset();
    std::unique_lock lock{mutex};
    ASSERT_TRUE(changed.wait_for(lock, contract::kPatience, [&] { return error.has_value(); }));
    EXPECT_EQ(*error, ECONNRESET);
}

TEST(WanRelay, WhomNobodyServesIsReset) {
    std::optional<FakePeer> peer{std::in_place, echo};
    ServerProcess relay = relay_to(*peer, {"--delay-up", "5ms"});
    peer.reset();
    Socket client{relay.port()};
    bool ended = true;
    EXPECT_EQ(client.read_to_end(&ended), "");
    EXPECT_FALSE(ended) << "a reset is no end";
}

TEST(WanRelay, TakesNoMoreConnectionsThanItMay) {
    const FakePeer peer{echo};
    ServerProcess relay = relay_to(peer, {"--max-connections", "1"});
    Socket first{relay.port()};
    first.send("hello\n");
    EXPECT_EQ(first.read_until("\n"), "hello\n");
    Socket second{relay.port()};
    EXPECT_EQ(second.read(), "");
    first.send("again\n");
    EXPECT_EQ(first.read_until("\n"), "again\n");
    first.close();
    const boost::json::object report = report_of(relay);
    EXPECT_EQ(report.at("connections").to_number<int>(), 1);
    EXPECT_EQ(report.at("refused").to_number<int>(), 1);
}

TEST(WanRelay, SaysWhatIsWrongInOneLine) {
    contract::Process bad{{WAN_RELAY, "--to", "127.0.0.1:1", "--delay-up", "20"}};
    EXPECT_EQ(bad.wait_exit(), 2);
    EXPECT_EQ(bad.errors(),
              "wan_relay: --delay-up: '20' is not valid, expected a duration up to 1m, such as 20ms (see "
              "--help)\n");
}

}  // namespace
}  // namespace pushbench::wan
