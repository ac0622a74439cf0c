#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>

#include "crowd/one_worker.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;

TEST(Worker, CountsRecordsAndKeepsTheLedger) {
    FakePeer peer{[](PeerConnection& connection, int) {
        connection.read_until("\r\n\r\n");
        // 2 is late, 3 comes twice, 5 never, and one is for somebody else.
        connection.write(sse_head + event(1) + event(3) + event(2) + event(3) + event(4) + event(6) +
                         "data: " + notification(7, "other") + "\n\ndata: nonsense\n\n");
        connection.read_until("never");
    }};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(
        eventually([&] { return worker.ask([&] { return worker.snapshot(); }).counters.malformed == 2; }));
    const auto shot = worker.ask([&] { return worker.snapshot(); });
    EXPECT_EQ(worker.ready(), 1);
    EXPECT_EQ(worker.delivered(), 5);
    EXPECT_EQ(shot.counters.duplicated, 1);
    EXPECT_EQ(shot.counters.reordered, 1);
    EXPECT_EQ(shot.counters.requests, 1);
    const WireCounts wire = worker.ask([&] { return worker.wire(0, 1); });
    EXPECT_GT(wire.bytes_in, 500U);
    EXPECT_GT(wire.bytes_out, 50U);
    EXPECT_EQ(worker.ask([&] { return worker.lost({8}); }), 3);
    EXPECT_EQ(worker.ask([&] { return worker.behind({6}); }), 0);
    EXPECT_EQ(worker.ask([&] { return worker.behind({7}); }), 1);
    const Histogram latency = worker.ask([&] { return worker.recorder().latency; });
    EXPECT_EQ(latency.count(), 5U);
    EXPECT_GE(latency.min_ns(), 2'000);
}

TEST(Worker, OnlyWhatCameSinceCountingBeganCounts) {
    std::mutex mutex;
    std::condition_variable changed;
    bool go = false;
    FakePeer peer{[&](PeerConnection& connection, int) {
        connection.read_until("\r\n\r\n");
        connection.write(sse_head + event(1) + event(2));
        std::unique_lock lock{mutex};
        changed.wait(lock, [&] { return go; });
        connection.write(event(2) + event(3));
        connection.read_until("never");
    }};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 2; }));
    worker.ask([&] { return worker.clear_records(); });
    worker.ask([&] { return worker.begin_counting({2}, nullptr); });
    {
        const std::lock_guard lock{mutex};
        go = true;
    }
    changed.notify_all();
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 1; }));
    EXPECT_EQ(worker.ask([&] { return worker.recorder().latency.count(); }), 1U);
    EXPECT_EQ(worker.ask([&] { return worker.lost({3}); }), 0);
}

TEST(Worker, WhatCameBeforeTheHeadsWereKnownIsNeitherExpectedNorLost) {
    FakePeer peer{[](PeerConnection& connection, int) {
        connection.read_until("\r\n\r\n");
        connection.write(sse_head + event(1) + event(2) + event(3));
        connection.read_until("never");
    }};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 3; }));
    // The server was asked for its head when that was 1; somebody published on until the workers were told.
    worker.ask([&] { return worker.begin_counting({1}, nullptr); });
    EXPECT_EQ(worker.ask([&] { return worker.expected({5}); }), 2);
    EXPECT_EQ(worker.ask([&] { return worker.lost({3}); }), 0);
}

// Who publishes was there long before: its numbers are far on, and the first to come says how far.
TEST(Worker, WhoHasHeardNothingYetCountsFromWhatItHearsFirst) {
    std::mutex mutex;
    std::condition_variable changed;
    bool go = false;
    FakePeer peer{[&](PeerConnection& connection, int) {
        connection.read_until("\r\n\r\n");
        connection.write(sse_head);
        std::unique_lock lock{mutex};
        changed.wait(lock, [&] { return go; });
        connection.write(event(501) + event(503));
        connection.read_until("never");
    }};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.ready() == 1; }));
    EXPECT_EQ(worker.ask([&] { return worker.begin_counting({unknown_head}, nullptr); }),
              std::vector<std::uint64_t>{unknown_head});
    {
        const std::lock_guard lock{mutex};
        go = true;
    }
    changed.notify_all();
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 2; }));
    EXPECT_EQ(worker.ask([&] { return worker.expected({503}); }), 3);
    EXPECT_EQ(worker.ask([&] { return worker.lost({503}); }), 1);
    std::vector<std::uint64_t> starts{unknown_head};
    worker.ask([&] { return worker.lower_starts(starts); });
    EXPECT_EQ(starts, std::vector<std::uint64_t>{500});
}

TEST(Worker, ASecondAttemptIsPartOfTheTimeToConnect) {
    std::atomic<std::int64_t> answered_ns{0};
    FakePeer peer{[&](PeerConnection& connection, int number) {
        if (number == 0) return;
        connection.read_until("\r\n\r\n");
        answered_ns = now_ns();
        connection.write(sse_head);
        connection.read_until("never");
    }};
    Worker worker{settings(peer, "sse"), 0};
    const std::int64_t due_ns = now_ns();
    worker.start(due_ns);
    ASSERT_TRUE(eventually([&] { return worker.ready() == 1; }));
    const Histogram times = worker.ask([&] { return worker.connect_times(); });
    EXPECT_EQ(times.count(), 1U);
    EXPECT_GE(times.max_ns(), answered_ns - due_ns);
}

TEST(Worker, ComesBackWithItsCursor) {
    std::string second_request;
    {
        FakePeer peer{[&](PeerConnection& connection, int number) {
            const std::string request = connection.read_until("\r\n\r\n");
            if (number == 0) return connection.write(std::string{sse_head} + "retry: 1\n\n" + event(41));
            second_request = request;
            connection.write(sse_head + event(42));
            connection.read_until("never");
        }};
        Worker worker{settings(peer, "sse"), 0};
        worker.start(now_ns());
        ASSERT_TRUE(eventually([&] { return worker.delivered() == 2; }));
        const auto shot = worker.ask([&] { return worker.snapshot(); });
        EXPECT_EQ(shot.counters.reconnects, 1);
        EXPECT_EQ(shot.counters.opened, 2);
        EXPECT_EQ(worker.ask([&] { return worker.lost({42}); }), 0);
    }
    EXPECT_THAT(second_request, HasSubstr("Last-Event-ID: 41\r\n"));
}

TEST(Worker, LongPollsAgainAsSoonAsItHasItsAnswer) {
    std::vector<std::string> requests;
    {
        FakePeer peer{[&](PeerConnection& connection, int number) {
            if (number != 0) return;
            requests.push_back(connection.read_until("\r\n\r\n"));
            connection.write("HTTP/1.1 204 No Content\r\nCursor: 0\r\n\r\n");
            for (std::uint64_t seq = 1; seq <= 2; ++seq) {
                requests.push_back(connection.read_until("\r\n\r\n"));
                const std::string body =
                    "{\"cursor\":" + std::to_string(seq) + ",\"notifications\":[" + notification(seq) + "]}";
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                                 "\r\n\r\n" + body);
            }
            requests.push_back(connection.read_until("\r\n\r\n"));
            connection.write("\r\n");  // not HTTP: the client goes
        }};
        CrowdSettings long_poll = settings(peer, "long-poll");
        long_poll.poll_wait_ns = 25 * ns_per_s;
        Worker worker{long_poll, 0};
        worker.start(now_ns());
        ASSERT_TRUE(eventually([&] { return worker.delivered() == 2; }));
        ASSERT_TRUE(eventually([&] { return !worker.trouble().refusals.empty(); }));
        const auto shot = worker.ask([&] { return worker.snapshot(); });
        EXPECT_EQ(shot.counters.answers, 3);
        EXPECT_EQ(shot.counters.empty_answers, 1);
    }
    ASSERT_GE(requests.size(), 4U);
    EXPECT_THAT(requests[1], HasSubstr("after=0&wait="));
    EXPECT_THAT(requests[3], HasSubstr("after=2&wait="));
}

TEST(Worker, ShortPollsByItsTimetable) {
    FakePeer peer{[](PeerConnection& connection, int) {
        while (!connection.read_until("\r\n\r\n").empty())
            connection.write("HTTP/1.1 204 No Content\r\nCursor: 0\r\n\r\n");
    }};
    Worker worker{settings(peer, "short-poll"), 0};
    const std::int64_t begin_ns = now_ns();
    worker.start(begin_ns);
    ASSERT_TRUE(eventually(
        [&] { return worker.ask([&] { return worker.snapshot(); }).counters.empty_answers >= 20; }));
    const auto shot = worker.ask([&] { return worker.snapshot(); });
    // Never more often than the table has entries (and the first one, which learns the cursor).
    EXPECT_LE(shot.counters.requests, (now_ns() - begin_ns) / ns_per_ms + 2);
    EXPECT_GT(shot.counters.in_flight_ns, 0);
    EXPECT_GE(shot.counters.response_ns, 0);
}

TEST(Worker, TellsWhyNobodyGetsIn) {
    FakePeer peer{[](PeerConnection& connection, int) {
        connection.read_until("\r\n\r\n");
        connection.write("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    }};
    Worker worker{settings(peer, "sse"), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return !worker.trouble().refusals.empty(); }));
    EXPECT_THAT(worker.trouble().refusals.commonest(), HasSubstr("503 Service Unavailable"));
    EXPECT_EQ(worker.ready(), 0);
}

TEST(Worker, TellsOfARefusedConnection) {
    CrowdSettings gone;
    {
        const FakePeer peer{[](PeerConnection&, int) {}};
        gone = settings(peer, "websocket");
    }
    Worker worker{gone, 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return !worker.trouble().connect_errors.empty(); }));
    EXPECT_EQ(worker.trouble().connect_errors.commonest(), "Connection refused");
}

}  // namespace
}  // namespace pushbench::loadgen
