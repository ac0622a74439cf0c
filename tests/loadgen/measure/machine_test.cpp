#include "loadgen/measure/machine.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "loadgen/measure/kernel_config.hpp"

namespace pushbench::loadgen {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(Machine, FindsTheStealOfEachCore) {
    std::istringstream stat{
        "cpu  48 4 14 112 74 0 26 35 0 0\n"
        "cpu0 21 2 6 58 10 0 11 30 0 0\n"
        "cpu12 24 2 7 53 63 0 15 5 0 0\n"
        "intr 375817 0 0 0 0 0 0 0 0 0 0 0\n"
        "cpufreq 1 2 3 4 5 6 7 8 9\n"};
    EXPECT_THAT(steal_ticks(stat), UnorderedElementsAre(Pair(0, 30), Pair(12, 5)));
    std::istringstream old_kernel{"cpu0 21 2 6 58\n"};
    EXPECT_THAT(steal_ticks(old_kernel), IsEmpty());
}

TEST(Machine, FindsWhatWasSwappedIn) {
    std::istringstream vmstat{"pgpgin 12\npswpin 34\npswpout 56\n"};
    EXPECT_EQ(swapped_in_pages(vmstat), 34);
    std::istringstream without{"pgpgin 12\n"};
    EXPECT_FALSE(swapped_in_pages(without));
}

TEST(Machine, TakesTheCoreOfOursThatLostMost) {
    MachineReading begin;
    begin.steal_ticks = {{0, 10}, {1, 10}, {2, 10}};
    MachineReading end;
    end.steal_ticks = {{0, 12}, {1, 15}, {2, 90}};
    end.raw_ns = 10'000'000'000;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    EXPECT_EQ(machine_use(begin, end, cores).steal_core, -1);
    CPU_SET(0, &cores);
    CPU_SET(1, &cores);
    const MachineUse use = machine_use(begin, end, cores);
    EXPECT_EQ(use.steal_core, 1);
    EXPECT_EQ(use.steal_ticks, 5);
    EXPECT_DOUBLE_EQ(use.steal_share, 0.005);  // ticks are of 10 ms wherever Linux is
}

TEST(Machine, ComparesBothClocks) {
    MachineReading begin;
    begin.monotonic_ns = 5'000'000'000;
    begin.raw_ns = 4'000'000'000;
    MachineReading end;
    end.monotonic_ns = 15'001'000'000;
    end.raw_ns = 14'000'000'000;
    end.swapped_in_pages = 7;
    const MachineUse use = machine_use(begin, end, cpu_set_t{});
    EXPECT_EQ(use.raw_ns, 10'000'000'000);
    EXPECT_EQ(use.clock_drift_ns, 1'000'000);
    EXPECT_FALSE(use.swapped_in_pages);  // not known at the beginning
}

TEST(KernelConfig, KnowsWhatIsBuiltIn) {
    const std::string config =
        "CONFIG_X=y\n# CONFIG_IRQ_TIME_ACCOUNTING is not set\nCONFIG_HAVE_Z=y\nCONFIG_M=m\n";
    EXPECT_EQ(is_built_in("\n" + config, "CONFIG_X"), true);
    EXPECT_EQ(is_built_in(config, "CONFIG_HAVE_Z"), true);
    EXPECT_EQ(is_built_in(config, "CONFIG_Z"), false);
    EXPECT_EQ(is_built_in(config, "CONFIG_M"), false);
    EXPECT_EQ(is_built_in(config, "CONFIG_IRQ_TIME_ACCOUNTING"), false);
    EXPECT_FALSE(is_built_in("", "CONFIG_X"));
}

TEST(Machine, ReadsThisOne) {
    const MachineReading first = read_machine();
    const MachineReading second = read_machine();
    EXPECT_FALSE(first.steal_ticks.empty());
    EXPECT_FALSE(first.clocksource.empty());
    EXPECT_GE(second.monotonic_ns, first.monotonic_ns);
    EXPECT_GE(second.raw_ns, first.raw_ns);
}

}  // namespace
}  // namespace pushbench::loadgen
