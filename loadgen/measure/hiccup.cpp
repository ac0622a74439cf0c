#include "loadgen/measure/hiccup.hpp"

#include <pthread.h>
#include <sys/prctl.h>

#include <algorithm>
#include <random>

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

HiccupThread::HiccupThread(const cpu_set_t& cpus) : cpus_{cpus}, thread_{[this] { run(); }} {}

HiccupThread::~HiccupThread() {
    stop_ = true;
    thread_.join();
}

void HiccupThread::reset() {
    const std::lock_guard lock{mutex_};
    delays_ = Histogram{};
    wakeups_ = 0;
}

Histogram HiccupThread::delays() {
    const std::lock_guard lock{mutex_};
    return delays_;
}

std::uint64_t HiccupThread::wakeups() {
    const std::lock_guard lock{mutex_};
    return wakeups_;
}

void HiccupThread::run() {
    pthread_setname_np(pthread_self(), "hiccup");
    pthread_setaffinity_np(pthread_self(), sizeof cpus_, &cpus_);
    const sched_param priority{.sched_priority = 1};
    // Needs CAP_SYS_NICE or a limit on real-time priorities (RLIMIT_RTPRIO); see the class comment.
    real_time_ = pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) == 0;
    prctl(PR_SET_TIMERSLACK, 1);  // ns; the default of 50 µs would be noted

    // Often enough for a p90 of 0.2 s. Twice as often, its wake-ups came into one of ten round trips of a
    // single client, and p90 of that client was the meter's.
    constexpr std::int64_t period_ns = 2 * ns_per_ms;
    // At random within each period: in step with a publisher of a round rate, it would always meet the same
    // moment of that publisher's work, or never.
    std::minstd_rand random;
    std::uniform_int_distribution<std::int64_t> anywhere{0, period_ns - 1};
    std::int64_t period_begin_ns = now_ns();
    while (!stop_) {
        period_begin_ns += period_ns;
        const std::int64_t due_ns = period_begin_ns + anywhere(random);
        const timespec due{due_ns / ns_per_s, due_ns % ns_per_s};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, nullptr);
        const std::int64_t late_ns = std::max<std::int64_t>(0, now_ns() - due_ns);
        const std::lock_guard lock{mutex_};
        ++wakeups_;
        // Wake-ups that were slept through are late too, each a period less (coordinated omission).
        for (std::int64_t delay = late_ns; delay >= 0; delay -= period_ns) delays_.record(delay);
        period_begin_ns += late_ns / period_ns * period_ns;
    }
}

}  // namespace pushbench::loadgen
