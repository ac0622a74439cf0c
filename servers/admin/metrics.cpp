#include "admin/metrics.hpp"

#include <malloc.h>
#include <time.h>

#include <array>
#include <chrono>
#include <cstdio>

namespace pushbench {
namespace {

using Read = std::uint64_t (*)(const Counters&);

/// Reads a count, of whichever kind it is.
template <auto Count>
std::uint64_t value_of(const Counters& counters) {
    return (counters.*Count).get();
}

struct Metric {
    std::string_view name;
    std::string_view type;
    std::string_view help;
    Read read;
    bool per_worker_copy = false;  // every worker counts the same events
};

constexpr std::array<Metric, 11> kMetrics{{
    {"pushbench_connections", "gauge", "Subscribers connected now.", value_of<&Counters::connections>},
    {"pushbench_connections_accepted_total", "counter", "Connections accepted.",
     value_of<&Counters::accepted>},
    {"pushbench_connections_refused_total", "counter", "Connections refused: limit or origin.",
     value_of<&Counters::refused>},
    {"pushbench_requests_total", "counter", "HTTP requests of subscribers.", value_of<&Counters::requests>},
    {"pushbench_empty_polls_total", "counter", "Polls answered with nothing new.",
     value_of<&Counters::empty_polls>},
    {"pushbench_notifications_total", "counter", "Notifications published.",
     value_of<&Counters::notifications>, true},
    {"pushbench_deliveries_total", "counter", "Notifications handed to the kernel, for each subscriber.",
     value_of<&Counters::deliveries>},
    {"pushbench_bytes_sent_total", "counter", "Bytes handed to the kernel for subscribers.",
     value_of<&Counters::bytes_sent>},
    {"pushbench_writes_total", "counter", "Write calls to subscribers.", value_of<&Counters::writes>},
    {"pushbench_heartbeats_total", "counter", "Heartbeats sent to silent streams.",
     value_of<&Counters::heartbeats>},
    {"pushbench_gaps_total", "counter", "Subscribers told that history was lost.", value_of<&Counters::gaps>},
}};

void append_refusals(std::string& out, std::string_view transport,
                     const std::vector<std::unique_ptr<Worker>>& workers) {
    static constexpr std::string_view kName = "pushbench_refusals_total";
    out.append("# HELP ").append(kName).append(" Clients refused, by the limit or rule.\n# TYPE ");
    out.append(kName).append(" counter\n");
    for (std::size_t i = 0; i < kReasons; ++i) {
        std::uint64_t sum = 0;
        for (const auto& worker : workers) sum += worker->counters.refusals[i].get();
        out.append(kName).append("{transport=\"").append(transport).append("\",reason=\"");
        out.append(name_of(static_cast<Reason>(i))).append("\"} ").append(std::to_string(sum)).append("\n");
    }
}

/// Taken when the process starts, so that every scrape tells the same: who sees another time met another
/// process.
const auto kStart = std::chrono::system_clock::now();

double process_start_seconds() {
    return std::chrono::duration<double>(kStart.time_since_epoch()).count();
}

double process_cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void append_head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
    out.append(type).append("\n").append(name);
}

/// A value of this transport's server.
void append_value(std::string& out, std::string_view transport, std::uint64_t value) {
    out.append("{transport=\"").append(transport).append("\"} ").append(std::to_string(value)).append("\n");
}

void append_seconds(std::string& out, double seconds) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), " %.9f\n", seconds);
    out.append(text.data());
}

/// glibc's own account of malloc(), the sum over all arenas and what was mapped apart. What lies in a
/// thread's cache counts as used. Free is what the allocator retains for later: freed by us, not given back
/// to the kernel (pages that it gave back inside a heap count as well). Stacks, code and the kernel's memory
/// are in neither.
void append_heap(std::string& out, std::string_view transport) {
    const struct mallinfo2 heap = mallinfo2();
    append_head(out, "pushbench_heap_used_bytes", "gauge", "Heap bytes in use.");
    append_value(out, transport, heap.uordblks + heap.hblkhd);
    append_head(out, "pushbench_heap_free_bytes", "gauge", "Heap bytes free but retained by the allocator.");
    append_value(out, transport, heap.fordblks);
}

}  // namespace

std::string metrics_text(std::string_view transport, const std::vector<std::unique_ptr<Worker>>& workers) {
    std::string out;
    for (const Metric& metric : kMetrics) {
        std::uint64_t sum = 0;
        for (const auto& worker : workers) {
            sum += metric.read(worker->counters);
            if (metric.per_worker_copy) break;
        }
        append_head(out, metric.name, metric.type, metric.help);
        append_value(out, transport, sum);
    }
    append_refusals(out, transport, workers);
    append_heap(out, transport);
    append_head(out, "process_cpu_seconds_total", "counter", "CPU time of the process, user and system.");
    append_seconds(out, process_cpu_seconds());
    append_head(out, "process_start_time_seconds", "gauge", "Start of the process in Unix time.");
    append_seconds(out, process_start_seconds());
    return out;
}

std::string source_metrics_text(std::string_view transport, const std::vector<SourceMetric>& metrics) {
    std::string out;
    for (const SourceMetric& metric : metrics) {
        append_head(out, "pushbench_source_" + std::string{metric.name}, metric.type, metric.help);
        append_value(out, transport, metric.value);
    }
    return out;
}

std::string fault_metrics_text(std::string_view transport, const FaultCounts& counts) {
    std::string out;
    const auto append = [&](std::string_view name, std::string_view help, std::uint64_t count) {
        append_head(out, name, "counter", help);
        append_value(out, transport, count);
    };
    append("pushbench_faults_dropped_total", "Notifications not delivered on purpose.", counts.dropped);
    append("pushbench_faults_duplicated_total", "Notifications delivered twice on purpose.",
           counts.duplicated);
    append("pushbench_faults_swapped_total", "Notifications delivered after their successors on purpose.",
           counts.swapped);
    append("pushbench_faults_delayed_total", "Notifications delivered later on purpose.", counts.delayed);
    return out;
}

}  // namespace pushbench
