#include "loadgen/measure/hiccup.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

cpu_set_t ours() {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    sched_getaffinity(0, sizeof cpus, &cpus);
    return cpus;
}

void wait_for_wakeups(HiccupThread& thread, std::uint64_t count) {
    while (thread.wakeups() < count) std::this_thread::yield();
}

TEST(HiccupThread, NotesADelayForEachWakeUpAndForEachThatItSleptThrough) {
    HiccupThread thread{ours()};
    wait_for_wakeups(thread, 20);
    const std::uint64_t wakeups = thread.wakeups();
    EXPECT_GE(thread.delays().count(), wakeups);
}

TEST(HiccupThread, ForgetsBothAtOnce) {
    HiccupThread thread{ours()};
    wait_for_wakeups(thread, 200);
    EXPECT_TRUE(thread.delays().percentile_ns(0.9));
    thread.reset();
    EXPECT_FALSE(thread.delays().percentile_ns(0.99));
    wait_for_wakeups(thread, 1);
    EXPECT_GE(thread.delays().count(), 1U);
}

}  // namespace
}  // namespace pushbench::loadgen
