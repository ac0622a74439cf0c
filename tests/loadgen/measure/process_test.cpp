#include "loadgen/measure/process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

namespace pushbench::loadgen {
namespace {

TEST(Process, TellsOfThisOne) {
    const auto times = process_times(getpid());
    ASSERT_TRUE(times);
    EXPECT_GT(times->cpu_ns, 0);
    EXPECT_GT(times->started_ticks.value_or(0), 0);
    EXPECT_TRUE(times->voluntary_switches);
    EXPECT_GT(process_pss_bytes(getpid()).value_or(0), 100'000);
    EXPECT_TRUE(process_swapped_bytes(getpid()));
    EXPECT_NE(in_other_time_namespace(getpid()), true);
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
    EXPECT_EQ(process_parent(getpid()), getppid());
    EXPECT_FALSE(process_parent(0x7FFFFFF0));
}

TEST(Process, HasATimeInTheQueueOnlyWhereTheKernelKeepsIt) {
    const auto queued = [](const std::string& line) {
        std::istringstream schedstat{line};
        return queued_ns_of(schedstat);
    };
    EXPECT_EQ(queued("123456 789 10\n"), 789);
    EXPECT_EQ(queued("123456 0 10\n"), 0);
    EXPECT_FALSE(queued("0 0 0\n"));  // a kernel that does not, of a thread that runs all the same
    EXPECT_FALSE(queued(""));
}

TEST(Process, SaysNothingOfSeveralOfWhichOneSaysNothing) {
    ProcessTimes a;
    a.cpu_ns = 5;
    a.queued_ns = 7;
    a.involuntary_switches = 1;
    ProcessTimes b;
    b.cpu_ns = 6;
    b.involuntary_switches = 2;
    a += b;
    EXPECT_EQ(a.cpu_ns, 11);
    EXPECT_EQ(a.involuntary_switches, 3U);
    EXPECT_FALSE(a.queued_ns);
    EXPECT_FALSE(a.voluntary_switches);
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
