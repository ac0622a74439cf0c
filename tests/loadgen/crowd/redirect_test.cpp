// Where else to ask: redirects, and the several addresses of a name.
#include <gmock/gmock.h>

#include <atomic>

#include "crowd/one_worker.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;

std::string redirect(const std::string& status, const std::string& location) {
    return "HTTP/1.1 " + status + " X\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
}

/// What the request line asks for: "/events".
std::string asked(const std::string& request) {
    const auto from = request.find(' ') + 1;
    return request.substr(from, request.find(' ', from) - from);
}

TEST(Redirect, IsFollowedToAnotherPathAndToAnotherServer) {
    for (const char* status : {"301", "302", "303", "307", "308"}) {
        std::string at_the_end;
        FakePeer other{[&](PeerConnection& connection, int) {
            at_the_end = asked(connection.read_until("\r\n\r\n"));
            connection.write(sse_head);
            connection.read_until("never");
        }};
        const std::string there = "http://" + other.address().text + "/c?d=1";
        FakePeer peer{[&](PeerConnection& connection, int number) {
            connection.read_until("\r\n\r\n");
            connection.write(number == 0 ? redirect(status, "/b") : redirect(status, there));
        }};
        Worker worker{settings(peer, "sse"), 0};
        worker.start(now_ns());
        ASSERT_TRUE(eventually([&] { return worker.ready() == 1; })) << status;
        EXPECT_EQ(at_the_end, "/c?d=1");
        const Counters seen = counters_of(worker);
        EXPECT_EQ(seen.redirects, 2);
        EXPECT_EQ(seen.opened, 3);
        EXPECT_EQ(seen.refused(), 0);
        EXPECT_EQ(seen.connect_failures, 0);
    }
}

TEST(Redirect, IsFollowedFiveTimesAndNoMore) {
    std::atomic<int> connections{0};
    FakePeer peer{[&](PeerConnection& connection, int number) {
        ++connections;
        connection.read_until("\r\n\r\n");
        connection.write(redirect("302", "/" + std::to_string(number)));
    }};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.in_state(Subscriber::State::done) == 1; }));
    EXPECT_EQ(connections, 6);
    EXPECT_EQ(counters_of(worker).refused_3xx, 1);
    EXPECT_THAT(worker.trouble().refusals.commonest(), HasSubstr("GET /4 with 302 X"));
}

TEST(Redirect, ThatLeadsNowhereIsARefusal) {
    FakePeer peer{[&](PeerConnection& connection, int) {
        connection.read_until("\r\n\r\n");
        connection.write(redirect("302", "ftp://nowhere/"));
    }};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.in_state(Subscriber::State::done) == 1; }));
    EXPECT_THAT(worker.trouble().refusals.commonest(), HasSubstr("the redirect leads nowhere"));
}

TEST(Redirect, OfAHandshakeIsNotFollowed) {
    std::atomic<int> connections{0};
    FakePeer peer{[&](PeerConnection& connection, int) {
        ++connections;
        connection.read_until("\r\n\r\n");
        connection.write(redirect("302", "/b"));
    }};
    Worker worker{settings(peer, "websocket"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.in_state(Subscriber::State::done) == 1; }));
    EXPECT_EQ(connections, 1);
}

TEST(Redirect, OfAPollIsAskedForEachTime) {
    std::vector<std::string> paths;
    std::atomic<int> answered{0};
    FakePeer peer{[&](PeerConnection& connection, int) {
        while (true) {
            const std::string request = connection.read_until("\r\n\r\n");
            if (request.empty()) return;
            if (asked(request) != "/b") {
                connection.write(redirect("307", "/b"));
                return;
            }
            ++answered;
            connection.write("HTTP/1.1 204 No Content\r\nCursor: 0\r\n\r\n");
        }
    }};
    Worker worker{settings(peer, "short-poll"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return answered >= 3; }));
    const Counters seen = counters_of(worker);
    EXPECT_GE(seen.redirects, 3);
    EXPECT_EQ(seen.reconnects, 0);
    EXPECT_EQ(seen.connect_failures, 0);
}

TEST(Addresses, AreTakenInTurnAndTheNextWhereOneIsDead) {
    std::string dead;
    {
        const FakePeer gone{[](PeerConnection&, int) {}};
        dead = gone.address().text;
    }
    std::atomic<int> served{0};
    FakePeer peer{[&](PeerConnection& connection, int) {
        connection.read_until("\r\n\r\n");
        connection.write("HTTP/1.1 204 No Content\r\nCursor: 0\r\nConnection: close\r\n\r\n");
        ++served;
    }};
    CrowdSettings both = settings(peer, "long-poll");
    both.target.addresses = {resolve(dead, "--target"), peer.address()};
    both.connections = 4;
    both.connects_per_s = 1e6;
    Worker worker{both, 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.ready() == 4 && served >= 8; }));
    EXPECT_EQ(counters_of(worker).connect_failures, 0);
    EXPECT_TRUE(worker.trouble().connect_errors.empty());
}

}  // namespace
}  // namespace pushbench::loadgen
