#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace pushbench::loadgen {

/// What the kernel has accounted to a process so far.
struct ProcessTimes {
    std::int64_t cpu_ns = 0;   ///< all threads, user and system; exact
    std::int64_t user_ns = 0;  ///< by the kernel's tick, unless it is built to count exactly
    std::int64_t system_ns = 0;
    std::uint64_t voluntary_switches = 0;
    std::uint64_t involuntary_switches = 0;
    /// Its threads were ready to run and had no CPU. Empty where the kernel does not say.
    std::optional<std::int64_t> queued_ns;
    std::int64_t started_ticks = 0;  ///< since boot; of two readings: 0, or it is not the same process

    ProcessTimes operator-(const ProcessTimes& other) const;
};

/// Empty if there is no such process, or if it may not be looked at.
std::optional<ProcessTimes> process_times(pid_t pid);

struct CpuSplit {
    double user_s;
    double system_s;
};
/// The exact CPU time, divided as the ticks fell. Empty where none fell.
std::optional<CpuSplit> split_cpu(const ProcessTimes& times);

/// Proportional set size: private pages, and shared ones divided by those who share them.
std::optional<std::int64_t> process_pss_bytes(pid_t pid);

/// What of it lies in swap, which no set size counts.
std::optional<std::int64_t> process_swapped_bytes(pid_t pid);

/// Its clocks may then be set apart from ours (time_namespaces(7)). False too where nobody says.
bool in_other_time_namespace(pid_t pid);

bool process_runs(pid_t pid);

/// CPU time of the calling thread.
std::int64_t thread_cpu_ns();

}  // namespace pushbench::loadgen
