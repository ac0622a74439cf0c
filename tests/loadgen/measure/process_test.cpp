#include "loadgen/measure/process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace pushbench::loadgen {
namespace {

TEST(Process, TellsOfThisOne) {
    const auto times = process_times(getpid());
    ASSERT_TRUE(times);
    EXPECT_GT(times->cpu_ns, 0);
    EXPECT_GT(times->started_ticks, 0);
    EXPECT_GT(process_pss_bytes(getpid()).value_or(0), 100'000);
    EXPECT_TRUE(process_swapped_bytes(getpid()));
    EXPECT_FALSE(in_other_time_namespace(getpid()));
    EXPECT_TRUE(process_runs(getpid()));
    EXPECT_FALSE(process_times(0x7FFFFFF0));
    EXPECT_FALSE(process_swapped_bytes(0x7FFFFFF0));
    EXPECT_FALSE(process_runs(0x7FFFFFF0));
}

TEST(Process, TellsItselfFromItsParentByWhenItStarted) {
    const auto first = process_times(getpid());
    const auto second = process_times(getpid());
    const auto parent = process_times(getppid());
    ASSERT_TRUE(first && second && parent);
    EXPECT_EQ((*second - *first).started_ticks, 0);
    EXPECT_LE(parent->started_ticks, first->started_ticks);
}

TEST(Process, CountsUserAndSystemTimeApart) {
    const auto begin = process_times(getpid());
    ASSERT_TRUE(begin);
    // Until a tick has fallen into each: reading times is work for both.
    ProcessTimes used;
    for (volatile double work = 0; used.user_ns == 0 || used.system_ns == 0;) {
        for (int i = 0; i != 100'000; ++i) work = work + i;
        used = *process_times(getpid()) - *begin;
    }
    const auto split = split_cpu(used);
    ASSERT_TRUE(split);
    EXPECT_GT(split->user_s, 0);
    EXPECT_GT(split->system_s, 0);
    EXPECT_NEAR(split->user_s + split->system_s, static_cast<double>(used.cpu_ns) / 1e9, 1e-9);
}

TEST(Process, DividesTheExactTimeAsTheTicksFell) {
    ProcessTimes times;
    times.cpu_ns = 1'100'000'000;
    EXPECT_FALSE(split_cpu(times));
    times.user_ns = 250'000'000;
    times.system_ns = 750'000'000;
    const auto split = split_cpu(times);
    ASSERT_TRUE(split);
    EXPECT_DOUBLE_EQ(split->user_s, 0.275);
    EXPECT_DOUBLE_EQ(split->system_s, 0.825);
}

}  // namespace
}  // namespace pushbench::loadgen
