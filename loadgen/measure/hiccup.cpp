#include "loadgen/measure/hiccup.hpp"

#include <pthread.h>
#include <sys/prctl.h>

#include <algorithm>

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

HiccupThread::HiccupThread(const cpu_set_t& cpus) : thread_{[this, cpus] { run(cpus); }} {}

HiccupThread::~HiccupThread() {
    stop_ = true;
    thread_.join();
}

void HiccupThread::reset() {
    const std::lock_guard lock{mutex_};
    delays_ = Histogram{};
}

Histogram HiccupThread::delays() {
    const std::lock_guard lock{mutex_};
    return delays_;
}

void HiccupThread::run(cpu_set_t cpus) {
    pthread_setname_np(pthread_self(), "hiccup");
    pthread_setaffinity_np(pthread_self(), sizeof cpus, &cpus);
    const sched_param priority{.sched_priority = 1};
    pthread_setschedparam(pthread_self(), SCHED_FIFO,
                          &priority);  // needs CAP_SYS_NICE; see the class comment
    prctl(PR_SET_TIMERSLACK, 1);       // ns; the default of 50 µs would be noted

    constexpr std::int64_t period_ns = 2 * ns_per_ms;
    std::int64_t due_ns = now_ns();
    while (!stop_) {
        due_ns += period_ns;
        const timespec due{due_ns / ns_per_s, due_ns % ns_per_s};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
        const std::int64_t late_ns = std::max<std::int64_t>(0, now_ns() - due_ns);
        const std::lock_guard lock{mutex_};
        // Wake-ups that were slept through are late too, each a period less (coordinated omission).
        for (std::int64_t delay = late_ns; delay >= 0; delay -= period_ns) delays_.record(delay);
        due_ns += late_ns / period_ns * period_ns;
    }
}

}  // namespace pushbench::loadgen
