#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace pushbench::loadgen {

/// What the kernel has accounted to a process so far.
struct ProcessTimes {
    std::int64_t cpu_ns = 0;  ///< all threads, user and system; exact
    double user_s = 0;        ///< in clock ticks of 10 ms
    double system_s = 0;
    std::uint64_t voluntary_switches = 0;
    std::uint64_t involuntary_switches = 0;
    std::int64_t queued_ns = 0;  ///< its threads were ready to run and had no CPU
};

/// Empty if there is no such process, or if it may not be looked at.
std::optional<ProcessTimes> process_times(pid_t pid);

/// Proportional set size: private pages, and shared ones divided by those who share them.
std::optional<std::int64_t> process_pss_bytes(pid_t pid);

bool process_runs(pid_t pid);

/// CPU time of the calling thread.
std::int64_t thread_cpu_ns();

}  // namespace pushbench::loadgen
