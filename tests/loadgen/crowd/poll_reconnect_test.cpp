// A server that polls are made to may end its connections as it likes (RFC 9112 §9): whoever polls goes on.
#include <gmock/gmock.h>

#include <atomic>

#include "crowd/one_worker.hpp"

namespace pushbench::loadgen {
namespace {

constexpr const char* nothing_new = "HTTP/1.1 204 No Content\r\nCursor: 0\r\n\r\n";
constexpr const char* nothing_new_and_close =
    "HTTP/1.1 204 No Content\r\nCursor: 0\r\nConnection: close\r\n\r\n";

/// What the peer has been asked, over all its connections.
struct Asked {
    std::atomic<int> requests{0};
    std::atomic<int> connections{0};
};

TEST(PollReconnect, GoesOnWhereEachAnswerClosesTheConnection) {
    for (const char* transport : {"short-poll", "long-poll"}) {
        Asked asked;
        FakePeer peer{[&](PeerConnection& connection, int) {
            if (connection.read_until("\r\n\r\n").empty()) return;
            ++asked.requests;
            connection.write(nothing_new_and_close);
        }};
        Worker worker{settings(peer, transport), 0};
        worker.start(now_ns());
        ASSERT_TRUE(eventually([&] { return asked.requests >= 20; })) << transport;
        const Counters seen = counters_of(worker);
        EXPECT_EQ(worker.ready(), 1);
        EXPECT_EQ(seen.reconnects, 0);
        EXPECT_EQ(seen.connect_failures, 0);
        EXPECT_EQ(seen.repeated_polls, 0);
        EXPECT_GE(seen.answers, 18);
    }
}

TEST(PollReconnect, GoesOnWhereTheConnectionEndsWithTheBody) {
    Asked asked;
    FakePeer peer{[&](PeerConnection& connection, int) {
        if (connection.read_until("\r\n\r\n").empty()) return;
        ++asked.requests;
        connection.write("HTTP/1.0 200 OK\r\n\r\n{\"cursor\":0,\"notifications\":[]}");
    }};
    Worker worker{settings(peer, "short-poll"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return asked.requests >= 5; }));
    EXPECT_EQ(counters_of(worker).reconnects, 0);
}

TEST(PollReconnect, TakesAnIdleConnectionThatIsClosedForNoLoss) {
    Asked asked;
    FakePeer peer{[&](PeerConnection& connection, int) {
        ++asked.connections;
        if (connection.read_until("\r\n\r\n").empty()) return;
        ++asked.requests;
        connection.write(nothing_new);  // and the connection closes between this poll and the next
    }};
    CrowdSettings sparse = settings(peer, "short-poll");
    sparse.poll_interval_ns = 50 * ns_per_ms;
    Worker worker{sparse, 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return asked.requests >= 4; }));
    const Counters seen = counters_of(worker);
    EXPECT_EQ(worker.ready(), 1);
    EXPECT_EQ(seen.reconnects, 0);
    EXPECT_EQ(seen.connect_failures, 0);
}

TEST(PollReconnect, AsksAgainAtOnceOnceWhereARequestIsLost) {
    Asked asked;
    FakePeer peer{[&](PeerConnection& connection, int number) {
        ++asked.connections;
        while (!connection.read_until("\r\n\r\n").empty()) {
            ++asked.requests;
            if (number == 0 && asked.requests == 3) return;  // closes instead of an answer
            connection.write(nothing_new);
        }
    }};
    Worker worker{settings(peer, "short-poll"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return asked.connections == 2 && asked.requests >= 10; }));
    const Counters seen = counters_of(worker);
    EXPECT_EQ(seen.repeated_polls, 1);
    EXPECT_EQ(seen.reconnects, 0);
    EXPECT_EQ(worker.ready(), 1);
}

TEST(PollReconnect, BacksOffWhereTheSecondAttemptIsLostToo) {
    Asked asked;
    FakePeer peer{[&](PeerConnection& connection, int number) {
        ++asked.connections;
        if (connection.read_until("\r\n\r\n").empty()) return;
        if (number == 1 || number == 2) return;
        connection.write(number == 0 ? nothing_new_and_close : nothing_new);
        connection.read_until("never");
    }};
    Worker worker{settings(peer, "long-poll"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return asked.connections == 4 && worker.ready() == 1; }));
    const Counters seen = counters_of(worker);
    EXPECT_EQ(seen.repeated_polls, 1);
    EXPECT_EQ(seen.reconnects, 1);
}

TEST(PollReconnect, CarriesItsCursorOver) {
    std::string last;
    std::mutex mutex;
    FakePeer peer{[&](PeerConnection& connection, int number) {
        const std::string request = connection.read_until("\r\n\r\n");
        if (request.empty()) return;
        {
            const std::lock_guard lock{mutex};
            last = request;
        }
        const std::string body = "{\"cursor\":\"k3." + std::to_string(number) + "\",\"notifications\":[]}";
        connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
    }};
    Worker worker{settings(peer, "short-poll"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] {
        const std::lock_guard lock{mutex};
        return last.find("after=k3.2") != std::string::npos;
    }));
}

}  // namespace
}  // namespace pushbench::loadgen
