// What else than the programs went into the numbers: neighbours, the hypervisor, swap.
#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/measure/clock.hpp"
#include "loadgen/trial/rules.hpp"

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
constexpr double most_ticks_of_nothing = 2;
/// Either process, as a part of the result.
using Side = ProcessUse Result::*;
template <Side side>
constexpr const char* name_of = side == &Result::server ? "server" : "load generator";

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

std::optional<Percentile> latency(const Result& r) {
    const auto us = [&](double q) {
        const auto ns = r.recorded.latency.percentile_ns(q);
        return ns ? std::optional{static_cast<double>(*ns) / 1e3} : std::nullopt;
    };
    return highest(us(0.99), us(0.9));
}

template <Side side>
std::optional<Percentile> wakeup(const Result& r) {
    return highest((r.*side).wakeup_delay_p99_us, (r.*side).wakeup_delay_p90_us);
}

template <Side side>
Measured wakeup_delay(const Result& r) {
    const auto delay = wakeup<side>(r);
    const auto seen = latency(r);
    if (!delay || !seen) return {std::nullopt, wakeup_floor_us};
    return {delay->us, std::max(wakeup_floor_us, wakeup_share_limit * seen->us)};
}
template <Side side>
std::string tell_wakeup_delay(const Result& r, const Measured& m) {
    return format(
        "wakeup_delay: %s %.0f us on the %s's cores, over %.0f us (a tenth of the %s latency, but at "
        "least 200 us)%s",
        wakeup<side>(r)->name, *m.value, name_of<side>, m.limit, latency(r)->name,
        // Without it a timer queues behind the very programs that are measured.
        (r.*side).wakeup_real_time == false ? "; the meter had no real-time priority, see RLIMIT_RTPRIO"
                                            : "");
}

/// Somebody else on our cores: the latencies then hold the neighbour's work as well.
template <Side side>
Measured not_isolated(const Result& r) {
    const auto& times = (r.*side).times;
    if (!times || !times->queued_ns) return {std::nullopt, queued_share_limit * r.window.seconds};
    return {static_cast<double>(*times->queued_ns) / 1e9, queued_share_limit * r.window.seconds};
}
template <Side side>
std::string tell_not_isolated(const Result& r, const Measured& m) {
    return format(
        "not_isolated: the %s waited %.2f s of %.2f s for a CPU, over 5 %%; stop what else runs, "
        "or give each its own --cpus",
        name_of<side>, *m.value, r.window.seconds);
}

/// What is left of a process's forced switches once those of our meters are taken off, whose number is an
/// expectation: chance may add thrice its deviation.
template <Side side>
Measured forced_switches(const Result& r) {
    const ProcessUse& use = r.*side;
    const double ran_s = use.times ? static_cast<double>(use.times->cpu_ns) / 1e9 : 0;
    const double limit =
        std::max(forced_switches_limit_per_s * ran_s, forced_switches_floor_per_s * r.window.seconds) +
        3 * std::sqrt(use.meter_switches);
    return {use.forced_switches(), limit};
}
template <Side side>
std::string tell_forced_switches(const Result& r, const Measured& m) {
    return format(
        "forced_switches: something else took the CPU from the %s %.0f times while it ran for "
        "%.2f s, over %.0f; stop what else runs, or give each its own --cpus",
        name_of<side>, *m.value, static_cast<double>((r.*side).times->cpu_ns) / 1e9, m.limit);
}

Measured steal(const Result& r) {
    const MachineUse& m = r.machine;
    if (m.steal_core < 0) return {std::nullopt, steal_share_limit};
    const double share_of_a_tick = m.steal_ticks > 0 ? m.steal_share / static_cast<double>(m.steal_ticks) : 0;
    return {m.steal_share, std::max(steal_share_limit, most_ticks_of_nothing * share_of_a_tick)};
}
std::string tell_steal(const Result& r, const Measured& m) {
    return format(
        "steal: the hypervisor took %.1f %% of core %d, over 1 %%; measure when its host is less busy, or "
        "on a machine of your own",
        100 * *m.value, r.machine.steal_core);
}

std::optional<double> as_number(std::optional<std::int64_t> count) {
    return count ? std::optional{static_cast<double>(*count)} : std::nullopt;
}

template <Side side>
Measured swapped(const Result& r) {
    return {as_number((r.*side).swapped_bytes)};
}
template <Side side>
std::string tell_swapped(const Result& /*r*/, const Measured& m) {
    return format(
        "swap: %.0f bytes of the %s lie in swap, where none should and no memory figure counts "
        "them; free memory, or swapoff",
        *m.value, name_of<side>);
}
Measured swapped_in(const Result& r) {
    return {as_number(r.machine.swapped_in_pages)};
}
std::string tell_swapped_in(const Result& /*r*/, const Measured& m) {
    return format(
        "swap: %.0f pages were swapped in while measuring, where none should be; free memory, or swapoff",
        *m.value);
}

/// Each for the server and for the load generator.
template <Side side>
constexpr auto of = side == &Result::server ? "server" : "loadgen";
template <Side side>
constexpr Rule wakeup_row{"wakeup_delay", of<side>,           "us",
                          Effect::slow,   wakeup_delay<side>, tell_wakeup_delay<side>};
template <Side side>
constexpr Rule isolation_row{"not_isolated", of<side>,           "s",
                             Effect::slow,   not_isolated<side>, tell_not_isolated<side>};
template <Side side>
constexpr Rule switches_row{
    "forced_switches", of<side>, "switches", Effect::slow, forced_switches<side>, tell_forced_switches<side>};
template <Side side>
constexpr Rule swap_row{"swap", of<side>, "bytes", Effect::slow, swapped<side>, tell_swapped<side>};

}  // namespace

std::span<const Rule> machine_rules() {
    constexpr Side server = &Result::server;
    constexpr Side loadgen = &Result::loadgen;
    static constexpr std::array rows = {
        wakeup_row<loadgen>,
        wakeup_row<server>,
        isolation_row<loadgen>,
        isolation_row<server>,
        switches_row<loadgen>,
        switches_row<server>,
        Rule{"steal", "", "of a core", Effect::slow, steal, tell_steal},
        swap_row<loadgen>,
        swap_row<server>,
        Rule{"swap", "machine", "pages", Effect::slow, swapped_in, tell_swapped_in},
    };
    return rows;
}

}  // namespace pushbench::loadgen
