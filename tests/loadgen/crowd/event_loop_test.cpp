#include "loadgen/crowd/event_loop.hpp"

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <future>
#include <string>
#include <system_error>
#include <thread>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/process.hpp"

namespace pushbench::loadgen {
namespace {

struct Handler final : EventHandler {
    void on_events(std::uint32_t, std::uint32_t) override {}
    void on_timer(std::uint32_t who, std::int64_t) override { fired.push_back(who); }
    void on_sweep(std::int64_t) override {}
    std::vector<std::uint32_t> fired;
};

/// A container's profile in small: this thread may not call that, and is told so by `error`.
bool forbid(unsigned call, unsigned error) {
    sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{std::size(rules), rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

long sleeps_of_this_thread() {
    rusage use{};
    getrusage(RUSAGE_THREAD, &use);
    return use.ru_nvcsw;
}

TEST(EventLoop, SleepsWhereTheExactWaitIsForbidden) {
    for (const unsigned error : {EPERM, ENOSYS, EACCES}) {
        Handler handler;
        bool allowed = true;
        long sleeps = 0;
        std::thread thread{[&] {
            allowed = !forbid(SYS_timerfd_create, error);
            EventLoop loop{handler};
            loop.at(now_ns() + 20 * ns_per_ms, 7);
            loop.post([&] { loop.stop(); }, now_ns() + 40 * ns_per_ms);
            const long before = sleeps_of_this_thread();
            loop.run();
            sleeps = sleeps_of_this_thread() - before;
        }};
        thread.join();
        if (allowed) GTEST_SKIP() << "no seccomp here";
        EXPECT_EQ(handler.fired, std::vector<std::uint32_t>{7}) << error;
        EXPECT_GE(sleeps, 1) << error;  // it waited, and did not ask again and again
    }
}

#ifdef SYS_epoll_wait  // not on every architecture
TEST(EventLoop, IsNotBegunWhereItCouldNotWait) {
    Handler handler;
    bool allowed = true;
    std::string said;
    std::thread thread{[&] {
        allowed = !forbid(SYS_epoll_wait, EPERM);
        try {
            const EventLoop loop{handler};
        } catch (const std::system_error& error) {
            said = error.what();
        }
    }};
    thread.join();
    if (allowed) GTEST_SKIP() << "no seccomp here";
    EXPECT_EQ(said, "cannot wait for an epoll set (epoll_wait): Operation not permitted");
}
#endif

TEST(EventLoop, RunsATaskNotBeforeItsTime) {
    Handler handler;
    EventLoop loop{handler};
    std::vector<int> order;
    std::int64_t ran_ns = 0;
    const std::int64_t due_ns = now_ns() + 5 * ns_per_ms;
    loop.post(
        [&] {
            ran_ns = now_ns();
            order.push_back(2);
            loop.stop();
        },
        due_ns);
    loop.post([&] { order.push_back(1); });
    loop.run();
    EXPECT_EQ(order, (std::vector<int>{1, 2}));
    EXPECT_GE(ran_ns, due_ns);
}

TEST(EventLoop, TellsWorkFromLookingAround) {
    Handler handler;
    EventLoop loop{handler, 200 * ns_per_ms};  // never sleeps in this test
    LoopUse idle;
    LoopUse busy;
    loop.post([&] {
        // Two slices and a half, by the time that the thread gets, however many others want its core.
        const std::int64_t until_ns = thread_cpu_ns() + 250 * ns_per_ms;
        while (thread_cpu_ns() < until_ns) {
        }
    });
    loop.post(
        [&] {
            busy = loop.use();
            loop.reset_busiest();
            loop.post(
                [&] {
                    idle = loop.use();
                    loop.stop();
                },
                now_ns() + 30 * ns_per_ms);
        },
        now_ns() + 260 * ns_per_ms);
    loop.run();
    EXPECT_GE(busy.work_ns, 250 * ns_per_ms);
    EXPECT_GT(busy.busiest_share, 0.5);  // 1, but for what went by before the work began
    EXPECT_GT(idle.look_ns, busy.look_ns);
    EXPECT_LT(idle.busiest_share, busy.busiest_share);
}

}  // namespace
}  // namespace pushbench::loadgen
