#include "loadgen/crowd/behaviour.hpp"

#include <gmock/gmock.h>

#include <atomic>

#include "crowd/one_worker.hpp"
#include "loadgen/crowd/storm.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::uint32_t many = 10'000;

template <class Of>
int among_first(std::uint32_t clients, Of of) {
    int sum = 0;
    for (std::uint32_t client = 0; client != clients; ++client) sum += of(client) ? 1 : 0;
    return sum;
}

TEST(Roles, AreSharesOfTheClientsWhicheverAreTaken) {
    Behaviour behaviour;
    behaviour.slow_share = 0.05;
    behaviour.vanish_share = 0.1;
    behaviour.cut_share = 0.5;
    const auto has = [&](Role role) {
        return [&behaviour, role](std::uint32_t client) { return role_of(client, behaviour) == role; };
    };
    EXPECT_NEAR(among_first(many, has(Role::slow)), 500, 2);
    EXPECT_NEAR(among_first(many, has(Role::vanishing)), 1'000, 2);
    EXPECT_NEAR(among_first(100, has(Role::slow)), 5, 1);
    EXPECT_NEAR(among_first(many, [&](auto client) { return is_cut(client, behaviour); }), 5'000, 2);
}

TEST(Roles, AreSteadyByThemselvesAndAllOfTheSteadyAreCut) {
    const Behaviour none;
    EXPECT_FALSE(none.any());
    EXPECT_EQ(among_first(many, [&](auto client) { return role_of(client, none) == Role::steady; }), many);
    EXPECT_EQ(among_first(many, [&](auto client) { return is_cut(client, none); }), many);
    Behaviour some = none;
    some.slow_share = 0.25;
    EXPECT_NEAR(among_first(many, [&](auto client) { return is_cut(client, some); }), 7'500, 2);
}

TEST(Roles, LoseNotificationsWhereWhoWasCutOffDoesNotResume) {
    Behaviour behaviour;
    behaviour.resumes = false;
    EXPECT_FALSE(behaviour.loses());
    behaviour.cut_after = std::chrono::nanoseconds{0};
    EXPECT_TRUE(behaviour.loses());
    behaviour.resumes = true;
    EXPECT_FALSE(behaviour.loses());
}

TEST(ConnectStorm, HasItsPeakWithinATenthOfASecond) {
    Storm one, other;
    for (int i = 0; i != 30; ++i) one.connect(i * ns_per_ms);          // 30 in 30 ms
    for (int i = 0; i != 100; ++i) other.connect(i * 10 * ns_per_ms);  // 100 in 1 s
    EXPECT_DOUBLE_EQ(one.peak_per_s(), 300);
    EXPECT_DOUBLE_EQ(other.peak_per_s(), 100);
    one.merge(other);
    EXPECT_DOUBLE_EQ(one.peak_per_s(), 400);
    one.connect(100 * 60 * ns_per_s);  // beyond what is kept
    EXPECT_DOUBLE_EQ(one.peak_per_s(), 400);
}

/// A server that tells each connection its number as the first event's sequence.
struct NumberedPeer {
    std::atomic<int> connections{0};
    std::vector<std::string> requests;
    std::mutex mutex;
    FakePeer peer{[this](PeerConnection& connection, int number) {
        const std::string request = connection.read_until("\r\n\r\n");
        if (request.empty()) return;
        {
            const std::lock_guard lock{mutex};
            requests.push_back(request);
        }
        connection.write(sse_head + event(static_cast<std::uint64_t>(number) * 10 + 1) +
                         event(static_cast<std::uint64_t>(number) * 10 + 2));
        ++connections;
        (void)connection.read_until("\r\n\r\n");  // until the client goes
    }};
};

std::int64_t lost_of(Worker& worker, std::uint64_t head) {
    return worker.ask([&] { return worker.lost({head}); });
}

TEST(Churn, PutsAFreshClientInThePlaceOfOneThatLeaves) {
    NumberedPeer numbered;
    CrowdSettings churning = settings(numbered.peer, "sse");
    churning.behaviour.churn_per_s = 50;
    Worker worker{churning, 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 2; }));
    worker.ask([&] { return worker.begin_behaving(now_ns()); });
    ASSERT_TRUE(eventually([&] { return numbered.connections >= 4; }));
    worker.ask([&] { return worker.end_churn(); });
    ASSERT_TRUE(eventually([&] { return worker.delivered() == numbered.connections * 2; }));
    const Counters seen = counters_of(worker);
    EXPECT_GE(seen.replaced, 3);
    EXPECT_EQ(seen.reconnects, 0);
    // What came between the one and the other was for neither of them.
    EXPECT_EQ(lost_of(worker, 0), 0);
    const std::lock_guard lock{numbered.mutex};
    for (const std::string& request : numbered.requests)
        EXPECT_THAT(request, testing::Not(testing::HasSubstr("Last-Event-ID")));
}

TEST(Cut, BringsBackWhoIsCutOffWithItsCursor) {
    NumberedPeer numbered;
    CrowdSettings cutting = settings(numbered.peer, "sse");
    cutting.behaviour.cut_after = std::chrono::nanoseconds{0};
    cutting.behaviour.retry = Retry::fixed;
    cutting.behaviour.retry_after = std::chrono::milliseconds{1};
    Worker worker{cutting, 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 2; }));
    worker.ask([&] { return worker.begin_behaving(now_ns()); });
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 4; }));
    const Counters seen = counters_of(worker);
    EXPECT_EQ(seen.cut, 1);
    EXPECT_EQ(seen.reconnects, 0);
    EXPECT_EQ(worker.ask([&] { return worker.back_times().count(); }), 1U);
    EXPECT_EQ(lost_of(worker, 12), 8);  // 3 to 10, which this server did not replay
    const std::lock_guard lock{numbered.mutex};
    ASSERT_EQ(numbered.requests.size(), 2U);
    EXPECT_THAT(numbered.requests[1], testing::HasSubstr("Last-Event-ID: 2\r\n"));
}

TEST(Cut, LeavesTheCursorOutWhereNobodyResumes) {
    NumberedPeer numbered;
    CrowdSettings cutting = settings(numbered.peer, "sse");
    cutting.behaviour.cut_after = std::chrono::nanoseconds{0};
    cutting.behaviour.resumes = false;
    cutting.behaviour.retry_after = std::chrono::milliseconds{1};
    Worker worker{cutting, 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 2; }));
    worker.ask([&] { return worker.begin_behaving(now_ns()); });
    ASSERT_TRUE(eventually([&] { return numbered.connections == 2; }));
    const std::lock_guard lock{numbered.mutex};
    EXPECT_THAT(numbered.requests[1], testing::Not(testing::HasSubstr("Last-Event-ID")));
}

}  // namespace
}  // namespace pushbench::loadgen
