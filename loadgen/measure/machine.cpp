#include "loadgen/measure/machine.hpp"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <sstream>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/kernel_config.hpp"

namespace pushbench::loadgen {
namespace {

/// Both clocks at one moment: the narrowest of a few attempts, as anything may come in between.
void read_clocks(MachineReading& reading) {
    std::int64_t narrowest_ns = INT64_MAX;
    for (int attempt = 0; attempt != 5; ++attempt) {
        const std::int64_t before_ns = now_ns();
        timespec raw{};
        clock_gettime(CLOCK_MONOTONIC_RAW, &raw);
        const std::int64_t width_ns = now_ns() - before_ns;
        if (width_ns >= narrowest_ns) continue;
        narrowest_ns = width_ns;
        reading.monotonic_ns = before_ns + width_ns / 2;
        reading.raw_ns = raw.tv_sec * ns_per_s + raw.tv_nsec;
    }
}

}  // namespace

std::map<int, std::int64_t> steal_ticks(std::istream& stat) {
    constexpr int steal_field = 8;  // user nice system idle iowait irq softirq steal
    std::map<int, std::int64_t> ticks;
    for (std::string line; std::getline(stat, line);) {
        std::istringstream fields{line};
        std::string name;
        fields >> name;
        int core = 0;
        const auto* const name_end = name.data() + name.size();
        // The line "cpu" itself sums them up.
        if (!name.starts_with("cpu") || std::from_chars(name.data() + 3, name_end, core).ec != std::errc{})
            continue;
        std::int64_t value = 0;
        for (int field = 0; field != steal_field; ++field) fields >> value;
        if (fields) ticks[core] = value;
    }
    return ticks;
}

std::optional<std::int64_t> swapped_in_pages(std::istream& vmstat) {
    std::string name;
    for (std::int64_t value = 0; vmstat >> name >> value;)
        if (name == "pswpin") return value;
    return std::nullopt;
}

MachineSettings machine_settings(const cpu_set_t& cores) {
    MachineSettings settings;
    settings.irq_time_accounting = is_built_in(kernel_config(), "CONFIG_IRQ_TIME_ACCOUNTING");
    int active = 0;
    if (std::ifstream{"/sys/devices/system/cpu/smt/active"} >> active) settings.smt = active != 0;
    unsigned first = 0;
    while (first + 1 < CPU_SETSIZE && !CPU_ISSET(first, &cores)) ++first;
    std::ifstream{"/sys/devices/system/cpu/cpu" + std::to_string(first) + "/cpufreq/scaling_governor"} >>
        settings.governor;
    return settings;
}

MachineReading read_machine() {
    MachineReading reading;
    std::ifstream stat{"/proc/stat"};
    reading.steal_ticks = steal_ticks(stat);
    std::ifstream vmstat{"/proc/vmstat"};
    reading.swapped_in_pages = swapped_in_pages(vmstat);
    std::ifstream{"/sys/devices/system/clocksource/clocksource0/current_clocksource"} >> reading.clocksource;
    read_clocks(reading);
    return reading;
}

MachineUse machine_use(const MachineReading& begin, const MachineReading& end, const cpu_set_t& cores) {
    MachineUse use;
    use.clocksource_before = begin.clocksource;
    use.clocksource = end.clocksource;
    use.raw_ns = end.raw_ns - begin.raw_ns;
    use.clock_drift_ns = end.monotonic_ns - begin.monotonic_ns - use.raw_ns;
    if (begin.swapped_in_pages && end.swapped_in_pages)
        use.swapped_in_pages = *end.swapped_in_pages - *begin.swapped_in_pages;
    for (const auto& [core, ticks] : end.steal_ticks) {
        const auto before = begin.steal_ticks.find(core);
        if (!CPU_ISSET(static_cast<unsigned>(core), &cores) || before == begin.steal_ticks.end()) continue;
        const std::int64_t taken = ticks - before->second;
        if (use.steal_core >= 0 && taken <= use.steal_ticks) continue;
        use.steal_core = core;
        use.steal_ticks = taken;
    }
    const double window_s = static_cast<double>(use.raw_ns) / 1e9;
    const auto ticks_per_s = static_cast<double>(sysconf(_SC_CLK_TCK));
    if (window_s > 0) use.steal_share = static_cast<double>(use.steal_ticks) / ticks_per_s / window_s;
    return use;
}

}  // namespace pushbench::loadgen
