#include <gmock/gmock.h>

#include "good_result.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Guards, AClockThatIsSteeredTooFar) {
    Result r = good_result();
    r.machine.raw_ns = 10'000'000'000;
    r.machine.clock_drift_ns = -4'900'000;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.machine.clock_drift_ns = -5'100'000;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("clock: CLOCK_MONOTONIC went -510 ppm")));
    // 1,000 ppm of a window of 50 ms are less than a reading of two clocks may be off.
    r.machine.raw_ns = 50'000'000;
    r.machine.clock_drift_ns = 50'000;
    EXPECT_THAT(broken_rules(r), IsEmpty());
}

TEST(Guards, AClockThatIsAnother) {
    Result r = good_result();
    r.machine.clocksource_before = r.machine.clocksource = "tsc";
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.machine.clocksource = "hpet";
    EXPECT_THAT(broken_rules(r), ElementsAre(HasSubstr("changed its clocksource from tsc to hpet")));
    r.machine.clocksource = "tsc";
    r.server.other_time_namespace = true;
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("clock: the server lives in another time namespace")));
}

TEST(Guards, AServerThatWasStartedAnew) {
    Result r = good_result();
    r.server.times = ProcessTimes{};
    r.server.times->started_ticks = 0;
    r.window.metrics = {{"process_start_time_seconds", 0}, {"x_total", 0}, {"x_bytes", -5}};
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.server.times->started_ticks = 300;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("server_restarted: the server was started anew")));
    r.server.times->started_ticks = 0;
    r.window.metrics["process_start_time_seconds"] = 0.01;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("server_restarted: the server was started anew")));
    r.window.metrics["process_start_time_seconds"] = 0;
    r.window.metrics["x_total"] = -7;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("server_restarted: x_total went back by 7")));
}

TEST(Guards, AServerOfWhichNobodySaysWhenItStartedIsNotJudgedByIt) {
    Result r = good_result();
    EXPECT_FALSE(finding(r, "server_restarted", "process").judged());
    r.server.times = ProcessTimes{};
    EXPECT_FALSE(finding(r, "server_restarted", "process").judged());
    r.settings.server.pids = {7};
    EXPECT_TRUE(finding(r, "clock", "namespace").applies);
    EXPECT_FALSE(finding(r, "clock", "namespace").judged());
    r.server.other_time_namespace = false;
    EXPECT_TRUE(finding(r, "clock", "namespace").judged());
}

TEST(Guards, StampsFromBeforeAnythingWasOrdered) {
    Result r = good_result();
    EXPECT_FALSE(finding(r, "clock", "stamps").judged());
    r.counting_began_ns = 0;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.counting_began_ns = 60'000'050'000;  // all latencies are a minute longer than they were, and fit
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("clock: a notification says that it was sent 60.000 s before")));
    r.settings.no_publish = true;  // somebody else's may lie in a queue
    EXPECT_FALSE(finding(r, "clock", "stamps").applies);
}

TEST(Guards, ProcessesThatCameAndWent) {
    Result r = good_result();
    r.settings.server.pids = {7};
    r.server.times = ProcessTimes{};
    r.server.appeared = 2;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("server_processes: the server started 2 processes")));
    EXPECT_EQ(finding(r, "server_processes", "started").effect, Effect::slow);
    r.server.appeared = 0;
    r.server.vanished = 1;
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("server_processes: 1 of the server's processes ended")));
    EXPECT_EQ(finding(r, "server_processes", "ended").effect, Effect::wrong);
    r.settings.server.cgroup = "/sys/fs/cgroup/x";  // which has kept what they used
    EXPECT_THAT(broken_rules(r), IsEmpty());
}

}  // namespace
}  // namespace pushbench::loadgen
