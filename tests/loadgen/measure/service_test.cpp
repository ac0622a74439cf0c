#include "loadgen/measure/service.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pushbench::loadgen {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::UnorderedElementsAre;

/// A process that has used so much.
Member member(pid_t pid, std::int64_t cpu_ns, std::int64_t started_ticks = 100) {
    ProcessTimes times;
    times.cpu_ns = cpu_ns;
    times.voluntary_switches = times.involuntary_switches = 1;
    times.queued_ns = 10;
    times.started_ticks = started_ticks;
    return {pid, "server", times};
}

TEST(Service, IsTheNamedOnesAndAllThatTheyStarted) {
    const std::map<pid_t, pid_t> parents = {{1, 0}, {10, 1}, {11, 10}, {12, 10}, {13, 12}, {20, 1}, {21, 20}};
    EXPECT_THAT(with_descendants({10}, parents), UnorderedElementsAre(10, 11, 12, 13));
    EXPECT_THAT(with_descendants({12, 10}, parents), UnorderedElementsAre(10, 11, 12, 13));
    EXPECT_EQ(with_descendants({12, 10}, parents).front(), 12);
    EXPECT_THAT(with_descendants({99}, parents), ElementsAre(99));
}

TEST(Service, FindsAChildOfThisVeryProcessButNeverItself) {
    int hold[2];
    ASSERT_EQ(pipe(hold), 0);
    const pid_t child = fork();
    if (child == 0) {
        char byte = 0;
        close(hold[1]);
        _exit(static_cast<int>(read(hold[0], &byte, 1)));  // until the parent lets go
    }
    const Service service{{getpid()}, true, ""};
    EXPECT_THAT(members(service), Contains(child));
    EXPECT_THAT(members(service), Not(Contains(getpid())));
    const Service without{{getpid()}, false, ""};
    EXPECT_THAT(members(without), Not(Contains(child)));
    close(hold[1]);
    waitpid(child, nullptr, 0);
    close(hold[0]);
    EXPECT_THAT(members(service), Not(Contains(child)));
}

TEST(ServiceUse, IsTheSumOfAllProcesses) {
    const ServiceReading begin{{member(7, 1'000), member(8, 5'000)}, std::nullopt};
    const ServiceReading end{{member(7, 1'300), member(8, 6'000)}, std::nullopt};
    const ServiceUse use = service_use(begin, end);
    ASSERT_TRUE(use.times);
    EXPECT_EQ(use.times->cpu_ns, 1'300);
    EXPECT_EQ(use.times->started_ticks, 0);
    EXPECT_EQ(use.each.at(1).times.cpu_ns, 1'000);
    EXPECT_EQ(use.appeared + use.vanished, 0);
}

TEST(ServiceUse, CountsOneThatAppearedFromItsStart) {
    const ServiceUse use =
        service_use({{member(7, 1'000)}, std::nullopt}, {{member(7, 1'100), member(9, 40)}, std::nullopt});
    EXPECT_EQ(use.times->cpu_ns, 140);
    EXPECT_EQ(use.times->started_ticks, 0);
    EXPECT_EQ(use.appeared, 1);
    EXPECT_EQ(use.vanished, 0);
}

TEST(ServiceUse, KnowsOfOneThatVanishedOnlyByTheCgroup) {
    ServiceReading begin{{member(7, 1'000), member(8, 5'000)}, std::nullopt};
    ServiceReading end{{member(7, 1'100)}, std::nullopt};
    EXPECT_EQ(service_use(begin, end).times->cpu_ns, 100);
    EXPECT_EQ(service_use(begin, end).vanished, 1);
    begin.cgroup = CgroupTimes{9'000, 6'000, 3'000};
    end.cgroup = CgroupTimes{9'900, 6'700, 3'200};
    const ServiceUse use = service_use(begin, end);
    EXPECT_EQ(use.times->cpu_ns, 900);
    EXPECT_EQ(use.times->user_ns, 700);
    EXPECT_EQ(use.times->system_ns, 200);
}

TEST(ServiceUse, TellsAnotherProcessOfTheSameNumber) {
    const ServiceUse use =
        service_use({{member(7, 1'000, 100)}, std::nullopt}, {{member(7, 30, 900)}, std::nullopt});
    EXPECT_EQ(use.times->started_ticks, 800);
}

TEST(ServiceUse, OfNobodyIsUnknown) {
    EXPECT_FALSE(service_use({}, {}).times);
}

TEST(ServiceReading, TakesInWhoCameSince) {
    const ServiceReading begin = read_service({getppid()}, "");
    ASSERT_EQ(begin.members.size(), 1U);
    EXPECT_FALSE(begin.members.front().name.empty());
    ServiceReading end = read_service(pids_of(begin), "");
    add_newcomers(end, begin, {getppid(), getpid()});
    EXPECT_THAT(pids_of(end), ElementsAre(getppid(), getpid()));
    EXPECT_EQ(service_use(begin, end).appeared, 1);
}

}  // namespace
}  // namespace pushbench::loadgen
