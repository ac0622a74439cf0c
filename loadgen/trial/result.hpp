#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/crowd/counters.hpp"
#include "loadgen/crowd/heard.hpp"
#include "loadgen/crowd/recorder.hpp"
#include "loadgen/crowd/storm.hpp"
#include "loadgen/measure/kernel_memory.hpp"
#include "loadgen/measure/machine.hpp"
#include "loadgen/measure/process.hpp"
#include "loadgen/measure/tcp_info.hpp"
#include "loadgen/publish/publish_report.hpp"
#include "loadgen/trial/finding.hpp"
#include "loadgen/trial/held.hpp"
#include "loadgen/trial/series.hpp"
#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// One process of several, over the measuring window.
struct MemberUse {
    pid_t pid = 0;
    std::string name;
    std::int64_t cpu_ns = 0;
    std::optional<std::int64_t> pss_bytes;
};

/// The load generator, or all processes of the server together, over the measuring window.
struct ProcessUse {
    std::optional<ProcessTimes> times;  ///< difference over the window
    std::optional<std::int64_t> pss_before_bytes;
    std::optional<std::int64_t> pss_bytes;
    std::optional<std::int64_t> swapped_bytes;
    std::optional<double> wakeup_delay_p99_us;  ///< on the cores of this process
    std::optional<double> wakeup_delay_p90_us;
    std::optional<bool> wakeup_real_time;  ///< the meter of these delays had the priority for it
    double meter_switches = 0;             ///< involuntary ones that our own wake-up meters have caused
    std::optional<bool> other_time_namespace;
    std::vector<MemberUse> members;  ///< of the server
    std::int64_t appeared = 0;       ///< processes that were not there when the window began
    std::int64_t vanished = 0;       ///< and those that were no longer there at its end

    /// Involuntary switches that something else has caused.
    [[nodiscard]] std::optional<double> forced_switches() const {
        if (!times || !times->involuntary_switches) return std::nullopt;
        return std::max(0.0, static_cast<double>(*times->involuntary_switches) - meter_switches);
    }
};

/// The server's own heap, where it says.
struct HeapUse {
    std::optional<double> used_bytes;
    std::optional<double> free_bytes;  ///< kept from the kernel, but holding nothing
};

/// The measuring phase as it was, from its first moment until its time was over. Costs are taken over this
/// window only, and per delivery of this window.
struct Window {
    std::int64_t began_ns = 0;
    double seconds = 0;
    Counters counters;
    WireCounts wire;
    double busiest_thread_cores = 0;
    /// Of slices of 100 ms the busiest, by the reader thread that was: how much of it was work. To look for
    /// the next event while awake is none.
    double busiest_slice = 0;
    double readers_work_s = 0;              ///< of all reader threads, by the wall's clock
    double readers_look_s = 0;              ///< awake with nothing to do, see --awake
    double readers_cpu_s = 0;               ///< of the load generator's reader threads alone
    std::map<std::string, double> metrics;  ///< differences of the server's own figures
    double metrics_seconds = 0;             ///< and between when: a little outside the window at both ends

    /// Share of a core that the busiest reader thread had left.
    [[nodiscard]] double headroom() const { return std::max(0.0, 1 - busiest_thread_cores); }
    [[nodiscard]] std::optional<double> metric(const std::string& name) const {
        const auto found = metrics.find(name);
        return found == metrics.end() ? std::nullopt : std::optional{found->second};
    }
};

/// One of the processes that shared the load.
struct RankReport {
    std::uint32_t rank = 0;
    std::string host;
    std::uint32_t connections = 0;
    std::int64_t delivered = 0;
    std::int64_t expected = 0;
    bool lost = false;          ///< it did not answer any more, and what it measured is not in the result
    bool same_clock = true;     ///< as rank 0
    std::int64_t ahead_ns = 0;  ///< of the clock of rank 0
    std::int64_t bound_ns = 0;  ///< how far off that may be
    bool times_count = true;    ///< the bound is small against its latencies, and they are in the result
    std::optional<std::int64_t> cpu_ns;  ///< within the window
    double seconds = 0;                  ///< of its window
    double headroom = 1;
    double busiest_slice = 0;
    std::vector<std::string> wrong;   ///< what makes it invalid
    std::vector<std::string> slowed;  ///< what only marks it
};

/// Everything one trial found out. Plain numbers; what is derived from them is derived where it is written.
struct Result {
    Settings settings;
    std::vector<Finding> rules;          ///< every rule of measuring, kept or broken
    std::optional<std::string> failure;  ///< the trial could not be carried through
    bool interrupted = false;
    bool drained = false;

    double connect_s = 0;
    std::int64_t not_connected = 0;
    std::string not_connected_why;  ///< the commonest reason; empty: none is known
    Histogram connect_times;
    Histogram tls_times;            ///< of handshakes, whole ones and resumptions
    Histogram first_message_times;  ///< of each client, from its turn to connect on
    Hearing heard;                  ///< over the whole trial: was anything understood?
    Histogram back_times;           ///< of clients that were cut off, from the cut until subscribed again
    Storm storm;                    ///< of their connects
    std::optional<Held> held;       ///< of clients that vanished; empty: none did, or nobody can tell
    Counters totals;                ///< over the whole trial

    std::int64_t published = 0;
    std::int64_t expected = 0;
    std::int64_t delivered = 0;
    std::int64_t lost = 0;
    std::int64_t early_ledger_ends = 0;  ///< subscribers that ended before their topic's head
    std::optional<std::int64_t> counting_began_ns;
    std::optional<std::int64_t> silent;  ///< subscribers that heard nothing, though others of their topic did
    Recorder recorded;
    bool has_fanout = false;
    Series series;

    std::optional<PublishReport> publisher;  ///< where we publish ourselves, and not the server

    Window window;
    ProcessUse server;
    ProcessUse loadgen;
    KernelMemory kernel_before;
    KernelMemory kernel_after;
    HeapUse heap_before;
    HeapUse heap_after;
    MachineUse machine;
    MachineSettings machine_settings;

    std::vector<RankReport> ranks;  ///< where there are several
};

}  // namespace pushbench::loadgen
