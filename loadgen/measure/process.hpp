#pragma once

#include <sys/types.h>

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

namespace pushbench::loadgen {

/// What the kernel has accounted to a process so far.
struct ProcessTimes {
    std::int64_t cpu_ns = 0;   ///< all threads, user and system; exact
    std::int64_t user_ns = 0;  ///< by the kernel's tick, unless it is built to count exactly
    std::int64_t system_ns = 0;
    // Empty where the kernel does not say, or not to us.
    std::optional<std::uint64_t> voluntary_switches;
    std::optional<std::uint64_t> involuntary_switches;
    std::optional<std::int64_t> queued_ns;      ///< its threads were ready to run and had no CPU
    std::optional<std::int64_t> started_ticks;  ///< since boot; of two readings: 0, or it is another process

    ProcessTimes operator-(const ProcessTimes& other) const;
    /// Of several processes. What one of them does not say, nobody knows of all.
    ProcessTimes& operator+=(const ProcessTimes& other);
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

/// CPU time alone, and resident memory, shared pages in full: cheap enough to read every second.
std::optional<std::int64_t> process_cpu_ns(pid_t pid);
std::optional<std::int64_t> process_rss_bytes(pid_t pid);

/// What of it lies in swap, which no set size counts.
std::optional<std::int64_t> process_swapped_bytes(pid_t pid);

/// Its clocks may then be set apart from ours (time_namespaces(7)). Empty where nobody says.
std::optional<bool> in_other_time_namespace(pid_t pid);

/// Who started it; empty for one that has ended and was not waited for.
std::optional<pid_t> process_parent(pid_t pid);

/// What the kernel calls it, such as "nginx"; empty where nobody says.
std::string process_name(pid_t pid);

/// Of a thread: its line in /proc/PID/task/TID/schedstat, in ns. Empty where the kernel keeps no such times:
/// it then writes zeros, also of a thread that has run.
std::optional<std::int64_t> queued_ns_of(std::istream& schedstat);

bool process_runs(pid_t pid);

/// CPU time of the calling thread.
std::int64_t thread_cpu_ns();

}  // namespace pushbench::loadgen
