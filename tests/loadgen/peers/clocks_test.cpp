// How far a clock is ahead, from made-up exchanges.
#include "loadgen/peers/clocks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace pushbench::loadgen {
namespace {

TEST(ClockOffset, LiesInTheMiddleOfOneExchange) {
    // It took 100 ns there and back; the other's clock is 1,000 ahead if both ways are alike.
    const std::vector<PingPong> one{{5'000, 6'050, 5'100}};
    EXPECT_EQ(clock_offset(one), (ClockOffset{1'000, 50}));
}

TEST(ClockOffset, IsWhereAllExchangesOverlap) {
    // A slow way there, then a slow way back: each bounds it from one side.
    const std::vector<PingPong> two{{0, 1'000 + 900, 910}, {2'000, 3'000 + 10, 2'900}};
    const auto offset = clock_offset(two);
    ASSERT_TRUE(offset);
    EXPECT_EQ(*offset, (ClockOffset{1'000, 10}));
}

TEST(ClockOffset, IsUnknownWithoutAnExchange) {
    EXPECT_FALSE(clock_offset({}));
}

TEST(ClockOffset, HoldsWhateverTheNetworkDoes) {
    std::mt19937_64 random{1};
    for (int round = 0; round != 200; ++round) {
        const auto truth_ns = static_cast<std::int64_t>(random() % 2'000'000) - 1'000'000;
        std::vector<PingPong> exchanges;
        std::int64_t now_ns = 1'000'000;
        for (int i = 0; i != 20; ++i) {
            const auto there_ns = static_cast<std::int64_t>(20'000 + random() % 500'000);
            const auto back_ns = static_cast<std::int64_t>(20'000 + random() % 500'000);
            exchanges.push_back({now_ns, now_ns + there_ns + truth_ns, now_ns + there_ns + back_ns});
            now_ns += 1'000'000;
        }
        const auto offset = clock_offset(exchanges);
        ASSERT_TRUE(offset);
        EXPECT_LE(std::abs(offset->ahead_ns - truth_ns), offset->bound_ns);
    }
}

TEST(ClockOffset, OfClocksThatDriftTheGapIsTheBound) {
    const std::vector<PingPong> apart{{0, 1'000, 10}, {100, 1'130, 110}};
    const auto offset = clock_offset(apart);
    ASSERT_TRUE(offset);
    EXPECT_GE(offset->bound_ns, 10);
}

TEST(ClockOffset, OverATrialTheBoundHoldsForItsEndAsWell) {
    EXPECT_EQ(over_time({1'000, 50}, {1'020, 40}), (ClockOffset{1'000, 60}));
    EXPECT_EQ(over_time({1'000, 50}, {1'000, 10}), (ClockOffset{1'000, 50}));
    EXPECT_EQ(over_time({1'000, 50}, {700, 10}), (ClockOffset{1'000, 310}));
}

}  // namespace
}  // namespace pushbench::loadgen
