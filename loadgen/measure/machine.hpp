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

/// How the machine is set, for as long as a trial lasts. Empty: it does not say.
struct MachineSettings {
    /// The kernel takes the time of interrupts out of whoever they interrupted (IRQ_TIME_ACCOUNTING). What
    /// the network does in softirq, and on loopback that is the other end's receiving, is then in no
    /// process's CPU time.
    std::optional<bool> irq_time_accounting;
    std::optional<bool> smt;  ///< two threads share a core
    std::string governor;     ///< what sets the clock of the first core that we may run on
};

MachineSettings machine_settings(const cpu_set_t& cores);

MachineReading read_machine();
MachineUse machine_use(const MachineReading& begin, const MachineReading& end, const cpu_set_t& cores);

/// From the text of /proc/stat.
std::map<int, std::int64_t> steal_ticks(std::istream& stat);
/// From the text of /proc/vmstat.
std::optional<std::int64_t> swapped_in_pages(std::istream& vmstat);

}  // namespace pushbench::loadgen
