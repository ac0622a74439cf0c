// What else than the programs went into the numbers: neighbours, the hypervisor, swap, the clock.
#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/guards.hpp"
#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {
namespace {

constexpr double wakeup_share_limit = 0.1;
/// A wake-up takes a scheduler some tens of µs. Below this, a tenth of a tiny p99 says nothing about the
/// machine.
constexpr double wakeup_floor_us = 200;
/// Of the window: how long the threads of a process may have waited for a CPU that something else had.
constexpr double queued_share_limit = 0.05;
/// For each second that a process runs. Seen on two cores (Linux 6.18, 250 Hz, 0.04 to 0.9 cores in use): up
/// to 125 where a trial is alone, by threads of the kernel; up to 200 next to a loop or a compiler; 950 to
/// 1,600 next to a real-time thread that wakes every millisecond, such as the meter of another trial. Who has
/// no more right to a core than we have hardly takes it away, but makes us wait for it: the limit above is
/// for that.
constexpr double forced_switches_limit_per_s = 250;
/// For each second of the window: the kernel's few must not spoil a trial whose process hardly runs.
constexpr double forced_switches_floor_per_s = 10;
constexpr double steal_share_limit = 0.01;
/// Steal is counted in ticks of 10 ms, and two may be the rounding of next to nothing.
constexpr std::int64_t fewest_steal_ticks = 3;
/// As far as NTP steers a clock's rate (adjtimex(2)), and no measurement is that exact.
constexpr double clock_drift_limit_ppm = 500;
/// What a reading of two clocks may be interrupted by.
constexpr double clock_drift_floor_ns = 100.0 * ns_per_us;

struct Side {
    const ProcessUse& use;
    const char* name;
};
std::array<Side, 2> sides(const Result& r) {
    return {{{r.loadgen, "load generator"}, {r.server, "server"}}};
}

struct Percentile {
    const char* name;
    double us;
};
/// The highest that enough samples tell of.
std::optional<Percentile> highest(std::optional<double> p99_us, std::optional<double> p90_us) {
    if (p99_us) return Percentile{"p99", *p99_us};
    if (p90_us) return Percentile{"p90", *p90_us};
    return std::nullopt;
}

std::optional<double> latency_us(const Result& r, double q) {
    const auto ns = r.recorded.latency.percentile_ns(q);
    return ns ? std::optional{static_cast<double>(*ns) / 1e3} : std::nullopt;
}

void check_wakeups(const Result& r, Broken& broken) {
    const auto latency = highest(latency_us(r, 0.99), latency_us(r, 0.9));
    if (!latency) return;
    const double limit_us = std::max(wakeup_floor_us, wakeup_share_limit * latency->us);
    for (const auto& [use, name] : sides(r)) {
        const auto delay = highest(use.wakeup_delay_p99_us, use.wakeup_delay_p90_us);
        if (delay && delay->us > limit_us)
            broken.push_back(format(
                "wakeup_delay: %s %.0f us on the %s's cores, over %.0f us (a tenth of the %s latency, but at "
                "least 200 us)",
                delay->name, delay->us, name, limit_us, latency->name));
    }
}

/// Somebody else on our cores: the latencies then hold the neighbour's work as well.
void check_isolation(const Result& r, Broken& broken) {
    for (const auto& [use, name] : sides(r)) {
        if (!use.times) continue;
        const double queued_s = static_cast<double>(use.times->queued_ns) / 1e9;
        if (queued_s > queued_share_limit * r.window.seconds)
            broken.push_back(format(
                "not_isolated: the %s waited %.2f s of %.2f s for a CPU, over 5 %%; stop what else runs, "
                "or give each its own --cpus",
                name, queued_s, r.window.seconds));
    }
}

/// What is left of a process's forced switches once those of our meters are taken off, whose number is an
/// expectation: chance may add thrice its deviation.
void check_forced_switches(const Result& r, Broken& broken) {
    for (const auto& [use, name] : sides(r)) {
        if (!use.times) continue;
        const double ran_s = static_cast<double>(use.times->cpu_ns) / 1e9;
        const double limit =
            std::max(forced_switches_limit_per_s * ran_s, forced_switches_floor_per_s * r.window.seconds) +
            3 * std::sqrt(use.meter_switches);
        const double forced = *use.forced_switches();
        if (forced > limit)
            broken.push_back(
                format("forced_switches: something else took the CPU from the %s %.0f times while it ran for "
                       "%.2f s, over %.0f; stop what else runs, or give each its own --cpus",
                       name, forced, ran_s, limit));
    }
}

void check_steal(const Result& r, Broken& broken) {
    const MachineUse& m = r.machine;
    if (m.steal_ticks < fewest_steal_ticks || m.steal_share <= steal_share_limit) return;
    broken.push_back(format(
        "steal: the hypervisor took %.1f %% of core %d, over 1 %%; measure when its host is less busy, or "
        "on a machine of your own",
        100 * m.steal_share, m.steal_core));
}

void check_swap(const Result& r, Broken& broken) {
    for (const auto& [use, name] : sides(r))
        if (use.swapped_bytes.value_or(0) > 0)
            broken.push_back(format(
                "swap: %lld bytes of the %s lie in swap, where none should and no memory figure counts "
                "them; free memory, or swapoff",
                static_cast<long long>(*use.swapped_bytes), name));
    if (r.machine.swapped_in_pages.value_or(0) > 0)
        broken.push_back(
            format("swap: %lld pages were swapped in while measuring, where none should be; free memory, or "
                   "swapoff",
                   static_cast<long long>(*r.machine.swapped_in_pages)));
}

void check_clock(const Result& r, Broken& broken) {
    const MachineUse& m = r.machine;
    if (m.clocksource != m.clocksource_before)
        broken.push_back(format(
            "clock: the kernel changed its clocksource from %s to %s while measuring; measure again, with "
            "clocksource=%s at boot if it comes back",
            m.clocksource_before.c_str(), m.clocksource.c_str(), m.clocksource.c_str()));
    const auto drift_ns = static_cast<double>(m.clock_drift_ns);
    const auto window_ns = static_cast<double>(m.raw_ns);
    if (std::fabs(drift_ns) > std::max(clock_drift_floor_ns, clock_drift_limit_ppm * 1e-6 * window_ns))
        broken.push_back(format(
            "clock: CLOCK_MONOTONIC went %+.0f ppm against the hardware's clock, over 500 ppm; look at "
            "what steers it (NTP, adjtimex)",
            drift_ns / window_ns * 1e6));
    if (r.server.other_time_namespace)
        broken.emplace_back(
            "clock: the server lives in another time namespace, where its clock may be set apart from ours; "
            "start both in one");
}

}  // namespace

void check_machine(const Result& r, Broken& broken) {
    check_wakeups(r, broken);
    check_isolation(r, broken);
    check_forced_switches(r, broken);
    check_steal(r, broken);
    check_swap(r, broken);
    check_clock(r, broken);
}

void check_server_runs_on(const Result& r, Broken& broken) {
    const bool other_process = r.server.times && r.server.times->started_ticks != 0;
    if (other_process || r.window.metric("process_start_time_seconds").value_or(0) != 0)
        broken.emplace_back(
            "server_restarted: the server was started anew while measuring, and one process is what is "
            "measured; "
            "see its log for why it ended");
    for (const auto& [name, growth] : r.window.metrics)
        if (name.ends_with("_total") && growth < 0) {
            broken.push_back(
                format("server_restarted: %s went back by %.0f, and a counter only rises; is another server "
                       "answering on --admin?",
                       name.c_str(), -growth));
            return;
        }
}

}  // namespace pushbench::loadgen
