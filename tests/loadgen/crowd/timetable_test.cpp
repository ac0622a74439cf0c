#include "loadgen/crowd/timetable.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "loadgen/crowd/backoff.hpp"

namespace pushbench::loadgen {
namespace {

TEST(Timetable, TheNextEntryIsAlwaysLater) {
    const Timetable table{100, 50};
    EXPECT_EQ(table.next_after(0), 100);
    EXPECT_EQ(table.next_after(100), 150);
    EXPECT_EQ(table.next_after(149), 150);
    EXPECT_EQ(table.next_after(150), 200);
}

TEST(Timetable, CountsWhatASlowAnswerSkips) {
    const Timetable table{100, 50};
    EXPECT_EQ(table.between(100, 120), 0);
    EXPECT_EQ(table.between(100, 150), 1);
    EXPECT_EQ(table.between(100, 260), 3);
    EXPECT_EQ(table.between(260, 100), 0);
}

TEST(Timetable, PhasesFillTheIntervalEvenly) {
    std::array<int, 10> tenths{};
    for (std::uint32_t i = 0; i != 1'000; ++i) {
        const double share = phase_share(i, 42);
        ASSERT_GE(share, 0);
        ASSERT_LT(share, 1);
        ++tenths[static_cast<std::size_t>(share * 10)];
    }
    for (const int count : tenths) EXPECT_NEAR(count, 100, 3);
    EXPECT_NE(phase_share(0, 1), phase_share(0, 2));
}

/// However they came, and whatever brings all their polls back at once: parked up to their turns, they come
/// back evenly over the wait.
TEST(Timetable, ParkedPollsComeBackEvenlyOverTheWait) {
    constexpr std::int64_t wait_ns = 25'000'000'000;
    constexpr std::int64_t asked_ns = 107'000'000'000;  // by all clients
    std::array<int, 25> by_second{};
    for (std::uint32_t i = 0; i != 1'000; ++i) {
        const std::int64_t left_ns = timetable_of(i, 7, 1'000, wait_ns).next_after(asked_ns) - asked_ns;
        ASSERT_GT(left_ns, 0);
        ASSERT_LE(left_ns, wait_ns);
        ++by_second[static_cast<std::size_t>((left_ns - 1) / 1'000'000'000)];
    }
    for (const int count : by_second) EXPECT_NEAR(count, 40, 3);
}

TEST(Backoff, DoublesUpToItsCapWithFullJitter) {
    std::mt19937_64 random{1};
    std::int64_t longest = 0;
    for (int i = 0; i != 1'000; ++i) {
        EXPECT_LE(backoff_ns(0, 100, 5'000, random), 100);
        EXPECT_LE(backoff_ns(3, 100, 5'000, random), 800);
        longest = std::max(longest, backoff_ns(60, 100, 5'000, random));
    }
    EXPECT_LE(longest, 5'000);
    EXPECT_GT(longest, 4'500);
}

}  // namespace
}  // namespace pushbench::loadgen
