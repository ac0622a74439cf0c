// Who of a crowd has heard nothing, and what all of it has counted at one moment.
#include <gmock/gmock.h>

#include <atomic>
#include <climits>

#include "crowd/one_worker.hpp"
#include "loadgen/crowd/crew.hpp"

namespace pushbench::loadgen {
namespace {

/// Answers one poll after the other, each on a connection of its own, and only as many as it may.
struct Gate {
    std::atomic<int> allowed{0};
    std::atomic<int> served{0};
    FakePeer peer{[this](PeerConnection& connection, int) {
        if (connection.read_until("\r\n\r\n").empty()) return;
        while (served >= allowed) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        connection.write("HTTP/1.1 204 No Content\r\nCursor: 0\r\nConnection: close\r\n\r\n");
        ++served;
    }};
    ~Gate() { allowed = INT_MAX; }
};

TEST(Silent, AreThoseWhoHeardNothingThoughOthersOfTheirTopicDid) {
    Gate gate;
    CrowdSettings two = settings(gate.peer, "long-poll");
    two.connections = 2;
    two.connects_per_s = 1e6;
    Crew crew{two};
    crew.start(now_ns());
    gate.allowed = 2;
    ASSERT_TRUE(eventually([&] { return crew.ready() == 2; }));
    crew.begin_counting({0}, nullptr);
    EXPECT_EQ(crew.silent(crew.heard_topics()),
              0);  // of a topic on which nothing was said nobody missed anything
    gate.allowed = 3;
    ASSERT_TRUE(eventually([&] { return crew.silent(crew.heard_topics()) == 1; }));
    gate.allowed = INT_MAX;
    ASSERT_TRUE(eventually([&] { return crew.silent(crew.heard_topics()) == 0; }));
}

TEST(Crew, TakesItsSnapshotsAtOneMoment) {
    Gate gate;
    CrowdSettings two = settings(gate.peer, "long-poll");
    two.connections = two.workers = 2;
    Crew crew{two};
    const std::int64_t before_ns = now_ns();
    const Crew::Snapshot shot = crew.snapshot_at(Worker::WindowEnd::begin, before_ns + ns_per_ms);
    EXPECT_GT(shot.time_ns, before_ns);
    EXPECT_LE(shot.time_ns, now_ns());
    EXPECT_EQ(shot.thread_cpu_ns.size(), 2U);
}

}  // namespace
}  // namespace pushbench::loadgen
