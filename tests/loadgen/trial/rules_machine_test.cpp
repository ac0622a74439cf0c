#include <gmock/gmock.h>

#include "good_result.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Guards, AWakeUpDelayOverATenthOfP99ButNotOverTheFloorAlone) {
    Result r = good_result();
    r.loadgen.wakeup_delay_p99_us = 199;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.loadgen.wakeup_delay_p99_us = 250;
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("wakeup_delay: p99 250 us on the load generator's cores")));
    r.loadgen.wakeup_real_time = false;
    EXPECT_THAT(broken_rules(r), ElementsAre(HasSubstr("the meter had no real-time priority")));
}

TEST(Guards, AWakeUpDelayOfAWindowTooShortForP99) {
    Result r = good_result();
    r.server.wakeup_delay_p90_us = 199;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.server.wakeup_delay_p90_us = 250;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("wakeup_delay: p90 250 us on the server's cores")));
    r.server.wakeup_delay_p99_us = 150;  // where there are both, the higher share counts
    EXPECT_THAT(broken_rules(r), IsEmpty());
}

TEST(Guards, AWakeUpDelayIsHeldAgainstTheP90OfFewDeliveries) {
    Result r = good_result();
    r.recorded = {};
    for (int i = 0; i != 200; ++i) r.recorded.record({1, "default", 0, 0}, 0, 5'000'000);
    r.loadgen.wakeup_delay_p90_us = 499;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.loadgen.wakeup_delay_p90_us = 510;
    EXPECT_THAT(broken_rules(r), ElementsAre(HasSubstr("a tenth of the p90 latency")));
}

TEST(Guards, ANeighbourOnOurCores) {
    Result r = good_result();
    r.server.times = ProcessTimes{};
    r.server.times->queued_ns = 499'000'000;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.server.times->queued_ns = 900'000'000;
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("not_isolated: the server waited 0.90 s of 10.00 s")));
}

TEST(Guards, WhatTheKernelDoesNotSayIsNotJudged) {
    Result r = good_result();
    r.server.times = ProcessTimes{};
    EXPECT_TRUE(finding(r, "not_isolated", "server").applies);
    EXPECT_FALSE(finding(r, "not_isolated", "server").judged());
    EXPECT_FALSE(finding(r, "forced_switches", "server").judged());
    r.server.times->involuntary_switches = 0;
    EXPECT_TRUE(finding(r, "forced_switches", "server").judged());
    EXPECT_FALSE(finding(r, "steal").judged());
    r.server.times->queued_ns = 0;
    EXPECT_TRUE(finding(r, "not_isolated", "server").judged());
}

TEST(Guards, ForcedSwitchesBeyondThoseOfOurOwnMeter) {
    Result r = good_result();
    r.loadgen.times = ProcessTimes{};
    r.loadgen.times->cpu_ns = 2'000'000'000;
    r.loadgen.times->involuntary_switches = 2'500;
    r.loadgen.meter_switches = 2'400;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.loadgen.meter_switches = 900;
    EXPECT_THAT(
        broken_rules(r),
        ElementsAre(StartsWith("forced_switches: something else took the CPU from the load generator 1600")));
    r.loadgen.meter_switches = 3'000;
    EXPECT_EQ(r.loadgen.forced_switches(), 0);
}

TEST(Guards, AFewForcedSwitchesOfAnIdleServerAreTheKernels) {
    Result r = good_result();
    r.server.times = ProcessTimes{};
    r.server.times->cpu_ns = 1'000'000;
    r.server.times->involuntary_switches = 99;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.server.times->involuntary_switches = 101;
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("forced_switches: something else took the CPU from the server 101")));
}

TEST(Guards, Steal) {
    Result r = good_result();
    r.machine.steal_core = 1;
    r.machine.steal_ticks = 10;
    r.machine.steal_share = 0.01;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.machine.steal_ticks = 11;
    r.machine.steal_share = 0.011;
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("steal: the hypervisor took 1.1 % of core 1, over 1 %")));
    // Of a window of 0.2 s two ticks are 10 %, and may be nothing.
    r.machine.steal_ticks = 2;
    r.machine.steal_share = 0.1;
    EXPECT_THAT(broken_rules(r), IsEmpty());
}

TEST(Guards, Swap) {
    Result r = good_result();
    r.server.swapped_bytes = r.loadgen.swapped_bytes = 0;
    r.machine.swapped_in_pages = 0;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.server.swapped_bytes = 4096;
    r.machine.swapped_in_pages = 3;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("swap: 4096 bytes of the server lie in swap"),
                                             StartsWith("swap: 3 pages were swapped in")));
}

}  // namespace
}  // namespace pushbench::loadgen
