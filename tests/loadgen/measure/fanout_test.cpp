#include "loadgen/measure/fanout.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

TEST(FanoutTracker, TellsFirstMedianLastAndSpread) {
    FanoutTracker tracker{2, 5};
    tracker.begin(10);
    FanoutTracker::Histograms seen;
    for (int place = 1; place <= 5; ++place) tracker.record(11, 1'000'000, 1'000'000 + place * 100'000, seen);
    EXPECT_EQ(seen.first.max_ns(), 100'000);
    EXPECT_EQ(seen.median.max_ns(), 300'000);
    EXPECT_EQ(seen.last.max_ns(), 500'000);
    EXPECT_EQ(seen.spread.max_ns(), 400'000);
    EXPECT_EQ(seen.last.count(), 1U);
}

TEST(FanoutTracker, LeavesAloneWhatItDoesNotFollow) {
    FanoutTracker tracker{2, 1};
    tracker.begin(10);
    FanoutTracker::Histograms seen;
    tracker.record(10, 0, 5'000, seen);
    tracker.record(13, 0, 5'000, seen);
    EXPECT_EQ(seen.first.count(), 0U);
    tracker.record(12, 0, 5'000, seen);
    EXPECT_EQ(seen.first.count(), 1U);
    EXPECT_EQ(seen.spread.max_ns(), 0);
}

// Two processes with two subscribers each, one of which is last with one notification and first with the
// other.
TEST(FanoutTracker, PartsOfSeveralProcessesAreTheWhole) {
    FanoutTracker one{3, 2, FanoutTracker::Keeps::parts};
    FanoutTracker two{3, 2, FanoutTracker::Keeps::parts};
    FanoutTracker::Histograms none;
    one.record(1, 1'000'000, 1'100'000, none);
    one.record(1, 1'000'000, 1'200'000, none);
    two.record(1, 1'000'000, 1'300'000, none);
    two.record(1, 1'000'000, 1'900'000, none);
    two.record(3, 2'000'000, 2'050'000, none);  // reaches only one of them, and the second nobody
    EXPECT_EQ(none.first.count(), 0U);
    const std::vector<std::vector<FanoutPart>> parts{one.parts(), two.parts()};
    EXPECT_EQ(parts[0].size(), 1U);
    EXPECT_EQ(parts[1].size(), 3U);
    const FanoutTracker::Histograms seen = fanout_of(parts, 4);
    EXPECT_EQ(seen.first.count(), 2U);
    EXPECT_EQ(seen.first.max_ns(), 100'000);
    EXPECT_EQ(seen.first.min_ns(), 50'000);
    EXPECT_EQ(seen.last.count(), 1U);
    EXPECT_EQ(seen.last.max_ns(), 900'000);
    EXPECT_EQ(seen.spread.max_ns(), 800'000);
    EXPECT_EQ(seen.median.count(), 0U) << "nobody knows";
}

}  // namespace
}  // namespace pushbench::loadgen
