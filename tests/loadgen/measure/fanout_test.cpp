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

}  // namespace
}  // namespace pushbench::loadgen
