// Is the server the one that it was, all of it, and is its clock ours?
#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/measure/clock.hpp"
#include "loadgen/trial/rules.hpp"

namespace pushbench::loadgen {
namespace {

/// As far as NTP steers a clock's rate (adjtimex(2)), and no measurement is that exact.
constexpr double clock_drift_limit_ppm = 500;
/// What a reading of two clocks may be interrupted by.
constexpr double clock_drift_floor_ns = 100.0 * ns_per_us;

Measured clock_source(const Result& r) {
    const MachineUse& m = r.machine;
    if (m.clocksource.empty() && m.clocksource_before.empty()) return {};
    return {m.clocksource == m.clocksource_before ? 0.0 : 1.0};
}
std::string tell_clock_source(const Result& r, const Measured& /*m*/) {
    const MachineUse& m = r.machine;
    return format(
        "clock: the kernel changed its clocksource from %s to %s while measuring; measure again, with "
        "clocksource=%s at boot if it comes back",
        m.clocksource_before.c_str(), m.clocksource.c_str(), m.clocksource.c_str());
}

Measured clock_rate(const Result& r) {
    const auto window_ns = static_cast<double>(r.machine.raw_ns);
    if (window_ns <= 0) return {std::nullopt, clock_drift_limit_ppm};
    const double drift_ppm = static_cast<double>(r.machine.clock_drift_ns) / window_ns * 1e6;
    return {std::fabs(drift_ppm), std::max(clock_drift_floor_ns / window_ns * 1e6, clock_drift_limit_ppm)};
}
std::string tell_clock_rate(const Result& r, const Measured& /*m*/) {
    const MachineUse& m = r.machine;
    return format(
        "clock: CLOCK_MONOTONIC went %+.0f ppm against the hardware's clock, over 500 ppm; look at "
        "what steers it (NTP, adjtimex)",
        static_cast<double>(m.clock_drift_ns) / static_cast<double>(m.raw_ns) * 1e6);
}

/// What counts was published after counting began. A stamp from before it is one of a clock that is behind
/// ours: of another host, or of a namespace that nobody could tell us of. (One that is ahead makes times
/// negative.)
Measured clock_stamps(const Result& r) {
    const bool ours = !r.settings.no_publish && r.settings.rate_per_s > 0;
    if (!ours || !r.counting_began_ns || r.recorded.latency.count() == 0) return {std::nullopt, 0, ours};
    return {std::max(0.0, static_cast<double>(*r.counting_began_ns - r.recorded.first_sent_ns) / 1e9)};
}
std::string tell_clock_stamps(const Result& /*r*/, const Measured& m) {
    return format(
        "clock: a notification says that it was sent %.3f s before it was ordered; run publisher and load "
        "generator on one host, in one time namespace",
        *m.value);
}

Measured clock_namespace(const Result& r) {
    const auto other = r.server.other_time_namespace;
    return {other ? std::optional{*other ? 1.0 : 0.0} : std::nullopt, 0, r.settings.server.named() || other};
}
std::string tell_clock_namespace(const Result& /*r*/, const Measured& /*m*/) {
    return "clock: the server lives in another time namespace, where its clock may be set apart from ours; "
           "start both in one";
}

/// Is the server still the process that the trial began with? By the kernel, and by what it says itself.
Measured server_restarted(const Result& r) {
    const auto by_itself = r.window.metric("process_start_time_seconds");
    const auto by_kernel = r.server.times ? r.server.times->started_ticks : std::nullopt;
    if (!by_kernel && !by_itself) return {};
    return {by_kernel.value_or(0) != 0 || by_itself.value_or(0) != 0 ? 1.0 : 0.0};
}
std::string tell_server_restarted(const Result& /*r*/, const Measured& /*m*/) {
    return "server_restarted: the server was started anew while measuring, and one process is what is "
           "measured; see its log for why it ended";
}

/// The counter of the server that went back furthest; 0 where none did, as it should be.
Measured counters_back(const Result& r) {
    std::optional<double> furthest;
    for (const auto& [name, growth] : r.window.metrics)
        if (name.ends_with("_total")) furthest = std::max(furthest.value_or(0), -growth);
    return {furthest};
}
std::string tell_counters_back(const Result& r, const Measured& m) {
    const auto is_it = [&](const auto& metric) {
        return metric.first.ends_with("_total") && -metric.second == *m.value;
    };
    const auto found = std::find_if(r.window.metrics.begin(), r.window.metrics.end(), is_it);
    return format(
        "server_restarted: %s went back by %.0f, and a counter only rises; is another server answering on "
        "--admin?",
        found->first.c_str(), *m.value);
}

/// What a process has used that is gone cannot be read any more. A cgroup has kept it.
Measured vanished(const Result& r) {
    return {r.server.times ? std::optional{static_cast<double>(r.server.vanished)} : std::nullopt, 0,
            r.settings.server.named() && r.settings.server.cgroup.empty()};
}
std::string tell_vanished(const Result& /*r*/, const Measured& m) {
    return format(
        "server_processes: %.0f of the server's processes ended while measuring, and what they used is not "
        "known; name a --server-cgroup, or see why they end",
        *m.value);
}

/// What came meanwhile counts from its start, and has started at the cost of what is measured.
Measured appeared(const Result& r) {
    return {r.server.times ? std::optional{static_cast<double>(r.server.appeared)} : std::nullopt, 0,
            r.settings.server.named()};
}
std::string tell_appeared(const Result& /*r*/, const Measured& m) {
    return format(
        "server_processes: the server started %.0f processes while measuring, and their start is in its "
        "costs; "
        "have all of them run before, or give a longer --warmup",
        *m.value);
}

}  // namespace

std::span<const Rule> server_rules() {
    static constexpr std::array rows = {
        Rule{"clock", "source", "", Effect::wrong, clock_source, tell_clock_source},
        Rule{"clock", "rate", "ppm", Effect::wrong, clock_rate, tell_clock_rate},
        Rule{"clock", "stamps", "s", Effect::wrong, clock_stamps, tell_clock_stamps},
        Rule{"clock", "namespace", "", Effect::wrong, clock_namespace, tell_clock_namespace},
        Rule{"server_restarted", "process", "", Effect::wrong, server_restarted, tell_server_restarted},
        Rule{"server_restarted", "counters", "", Effect::wrong, counters_back, tell_counters_back},
        Rule{"server_processes", "ended", "processes", Effect::wrong, vanished, tell_vanished},
        Rule{"server_processes", "started", "processes", Effect::slow, appeared, tell_appeared},
    };
    return rows;
}

}  // namespace pushbench::loadgen
