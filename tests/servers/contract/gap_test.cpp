// Subscribers that fall behind: bounded by the history, told what they lost, and nobody else's problem.
#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

using Kind = Event::Kind;

class SlowReader : public TransportTest {
 protected:
    bool polls() const { return !GetParam().stream; }
};

TEST_P(SlowReader, IsBoundedToldAndGoesOn) {
    if (polls()) GTEST_SKIP() << "a poll's client cannot be slow: it asks";
    start({"--history", "32", "--heartbeat", "0"});
    Following small_buffer;
    small_buffer.receive_buffer_bytes = 4096;
    const auto slow = subscribe(small_buffer);
    const auto fast = subscribe();
    const std::string large(64 * 1024, 'x');
    publish(large);
    fast->next();
    const std::size_t before_bytes = server().resident_bytes();

    constexpr std::uint64_t kCount = 600;  // 38 MB, far more than the kernel buffers for a client
    for (std::uint64_t i = 2; i <= kCount; ++i) {
        ASSERT_EQ(publish(large), i);
        ASSERT_EQ(fast->next().seq, i);
    }
    if (!kSanitized) {
        EXPECT_LT(server().resident_bytes(), before_bytes + 16 * 1024 * 1024) << "history holds 2 MB";
    }

    std::uint64_t seq = 0;
    int gaps = 0;
    while (seq < kCount) {
        const Event event = slow->next();
        ASSERT_NE(event.kind, Kind::end);
        if (event.kind == Kind::gap) {
            ++gaps;
            EXPECT_EQ(event.after, seq);
            EXPECT_GT(event.first, seq + 1);
            seq = event.first - 1;
        } else {
            ASSERT_EQ(event.seq, seq + 1);
            seq = event.seq;
        }
    }
    EXPECT_GE(gaps, 1);
    EXPECT_EQ(metric("pushbench_gaps_total"), static_cast<std::uint64_t>(gaps));
    publish("and on");
    EXPECT_EQ(slow->next().payload, "and on");
}

TEST_P(SlowReader, ThatTakesNothingIsClosedAfterTheIdleTimeout) {
    if (polls()) GTEST_SKIP() << "a poll's client cannot be slow: it asks";
    start({"--history", "8", "--idle-timeout", "300ms", "--heartbeat", "100ms"});
    Following small_buffer;
    small_buffer.receive_buffer_bytes = 4096;
    const auto slow = subscribe(small_buffer);
    const std::string large(512 * 1024, 'x');
    for (int i = 0; i < 24; ++i) publish(large);
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
}

// A poll's answer can be large as well.
TEST_P(SlowReader, TakesABacklogLargerThanAnyBuffer) {
    start();
    const std::string large(200 * 1024, 'y');
    for (int i = 0; i < 40; ++i) publish(large);
    Following from_start{{}, "0", 4096};
    const auto subscriber = subscribe(from_start);
    std::uint64_t seq = 0;
    for (const Event& event : subscriber->take(40)) EXPECT_EQ(event.seq, ++seq);
    EXPECT_TRUE(metric_reaches("pushbench_deliveries_total", 40));
}

TEST_P(SlowReader, TakesAWholeHistoryOfSmallOnes) {
    start({"--history", "4096"});
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":1000000,"payload_bytes":10,"count":4000})").status, 202U);
    ASSERT_TRUE(metric_reaches("pushbench_notifications_total", 4000));
    const auto subscriber = subscribe({{}, "0"});
    std::uint64_t seq = 0;
    for (const Event& event : subscriber->take(4000)) ASSERT_EQ(event.seq, ++seq);
}

INSTANTIATE_TEST_SUITE_P(Transports, SlowReader, ::testing::ValuesIn(variants()), variant_name);

}  // namespace
}  // namespace pushbench::contract
