#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/client/counters.hpp"
#include "loadgen/client/recorder.hpp"
#include "loadgen/measure/kernel_memory.hpp"
#include "loadgen/measure/process.hpp"
#include "loadgen/measure/tcp_info.hpp"
#include "loadgen/options.hpp"

namespace pushbench::loadgen {

/// One process over the measuring window.
struct ProcessUse {
    std::optional<ProcessTimes> times;  ///< difference over the window
    std::optional<std::int64_t> pss_before_bytes;
    std::optional<std::int64_t> pss_bytes;
    std::optional<double> wakeup_delay_p99_us;  ///< on the cores of this process
};

/// The measuring phase as it was, from its first moment until its time was over. Costs are taken over this
/// window only, and per delivery of this window.
struct Window {
    double seconds = 0;
    Counters counters;
    WireCounts wire;
    double busiest_thread_cores = 0;
    double readers_cpu_s = 0;               ///< of the load generator's reader threads alone
    std::map<std::string, double> metrics;  ///< differences of the server's own counters
};

/// Everything one trial found out. Plain numbers; what is derived from them is derived where it is written.
struct Result {
    Options options;
    std::vector<std::string> invalid_because;  ///< "kind: what was seen and what the limit is"
    std::optional<std::string> failure;        ///< the trial could not be carried through
    bool interrupted = false;
    bool drained = false;

    double connect_s = 0;
    std::int64_t not_connected = 0;
    Histogram connect_times;
    Counters totals;  ///< over the whole trial

    std::int64_t published = 0;
    std::int64_t expected = 0;
    std::int64_t delivered = 0;
    std::int64_t lost = 0;
    Recorder recorded;
    bool has_fanout = false;

    Window window;
    ProcessUse server;
    ProcessUse loadgen;
    KernelMemory kernel_before;
    KernelMemory kernel_after;
};

/// Which rules of measuring this trial broke; each by a short name and what was seen.
std::vector<std::string> broken_rules(const Result& result);

/// The result as JSON, indented, with a newline at the end.
std::string to_json_text(const Result& result);

/// What a person reads.
std::string to_summary(const Result& result);

}  // namespace pushbench::loadgen
