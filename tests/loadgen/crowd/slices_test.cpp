#include "loadgen/crowd/slices.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

/// A worker's counting, with a second as the step and the window from 10 s on.
struct Counting {
    void begin() { slices.begin(10 * second, second, counters, 0); }
    void deliver(double at_s, std::int64_t latency_ns) {
        slices.bring_up(static_cast<std::int64_t>(at_s * 1e9), counters, noticed);
        ++counters.delivered;
        ++noticed;
        slices.record(latency_ns);
    }
    void end(double at_s) { slices.end(static_cast<std::int64_t>(at_s * 1e9), counters, noticed); }
    [[nodiscard]] std::vector<std::int64_t> delivered() const {
        std::vector<std::int64_t> all;
        for (const Slice& slice : slices.all()) all.push_back(slice.counters.delivered);
        return all;
    }

    static constexpr std::int64_t second = 1'000'000'000;
    Counters counters;
    std::uint64_t noticed = 0;
    Slices slices;
};

using Counts = std::vector<std::int64_t>;

TEST(Slices, CutByTheClockWhateverComes) {
    Counting c;
    c.counters.delivered = 100;  // before the window
    c.begin();
    c.deliver(10.0, 1'000);
    c.deliver(10.999'999'999, 2'000);
    c.deliver(11.0, 5'000);
    c.deliver(14.5, 9'000);
    c.end(15.0);
    EXPECT_EQ(c.delivered(), (Counts{2, 1, 0, 0, 1}));
    EXPECT_EQ(c.slices.all()[0].max_ns, 2'000);
    EXPECT_EQ(c.slices.all()[0].notifications, 2U);
    EXPECT_EQ(c.slices.all()[2].max_ns, 0);
    EXPECT_TRUE(c.slices.all()[2].latency.empty());
    ASSERT_EQ(c.slices.all()[4].latency.size(), 1U);
    EXPECT_EQ(c.slices.all()[4].latency[0].second, 1U);
}

TEST(Slices, TheLastMayBeShorterButNoSliver) {
    Counting longer;
    longer.begin();
    longer.deliver(11.3, 1'000);
    longer.end(11.5);
    EXPECT_EQ(longer.delivered(), (Counts{0, 1}));
    Counting sliver;
    sliver.begin();
    sliver.deliver(10.5, 1'000);
    sliver.deliver(11.01, 7'000);
    sliver.end(11.02);
    EXPECT_EQ(sliver.delivered(), (Counts{2}));
    EXPECT_EQ(sliver.slices.all()[0].max_ns, 7'000);
    EXPECT_EQ(sliver.slices.all()[0].latency.size(), 2U);
    Counting exact;
    exact.begin();
    exact.deliver(10.5, 1'000);
    exact.end(12.0);
    EXPECT_EQ(exact.delivered(), (Counts{1, 0}));
}

TEST(Slices, NothingIsCutOutsideTheWindow) {
    Counting c;
    c.deliver(3.0, 1'000);
    EXPECT_TRUE(c.slices.all().empty());
    c.begin();
    c.end(10.5);
    c.deliver(12.0, 1'000);
    EXPECT_EQ(c.delivered(), (Counts{0}));
    c.begin();
    EXPECT_TRUE(c.slices.all().empty()) << "begun anew";
}

}  // namespace
}  // namespace pushbench::loadgen
