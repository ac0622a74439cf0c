#pragma once

#include <sched.h>

#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string>

namespace pushbench::loadgen {

/// What the machine says about itself at one moment.
struct MachineReading {
    std::map<int, std::int64_t> steal_ticks;  ///< by core: what the hypervisor took, in USER_HZ
    std::optional<std::int64_t> swapped_in_pages;
    std::string clocksource;  ///< empty: the kernel does not say
    std::int64_t monotonic_ns = 0;
    std::int64_t raw_ns = 0;  ///< CLOCK_MONOTONIC_RAW: the same hardware, which nobody steers
};

/// What became of the machine over a window.
struct MachineUse {
    int steal_core = -1;  ///< the one that lost most, of those that we run on; -1: none is known
    std::int64_t steal_ticks = 0;
    double steal_share = 0;
    std::optional<std::int64_t> swapped_in_pages;
    std::string clocksource_before;
    std::string clocksource;
    std::int64_t raw_ns = 0;          ///< length of the window by the clock that nobody steers
    std::int64_t clock_drift_ns = 0;  ///< by how much more CLOCK_MONOTONIC has gone
};

MachineReading read_machine();
MachineUse machine_use(const MachineReading& begin, const MachineReading& end, const cpu_set_t& cores);

/// From the text of /proc/stat.
std::map<int, std::int64_t> steal_ticks(std::istream& stat);
/// From the text of /proc/vmstat.
std::optional<std::int64_t> swapped_in_pages(std::istream& vmstat);

}  // namespace pushbench::loadgen
