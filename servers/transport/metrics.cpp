#include "transport/metrics.hpp"

#include <time.h>

#include <array>
#include <cstdio>

namespace pushbench {
namespace {

struct Metric {
    std::string_view name;
    std::string_view type;
    std::string_view help;
    Counter Counters::*counter;
    bool per_shard_copy = false;  // every shard counts the same events
};

constexpr std::array<Metric, 10> kMetrics{{
    {"pushbench_connections", "gauge", "Subscribers connected now.", &Counters::connections},
    {"pushbench_connections_accepted_total", "counter", "Connections accepted.", &Counters::accepted},
    {"pushbench_connections_refused_total", "counter", "Connections refused: limit or origin.",
     &Counters::refused},
    {"pushbench_requests_total", "counter", "HTTP requests of subscribers.", &Counters::requests},
    {"pushbench_empty_polls_total", "counter", "Polls answered with nothing new.", &Counters::empty_polls},
    {"pushbench_notifications_total", "counter", "Notifications published.", &Counters::notifications, true},
    {"pushbench_deliveries_total", "counter", "Notifications handed to the kernel, for each subscriber.",
     &Counters::deliveries},
    {"pushbench_bytes_sent_total", "counter", "Bytes handed to the kernel for subscribers.",
     &Counters::bytes_sent},
    {"pushbench_writes_total", "counter", "Write calls to subscribers.", &Counters::writes},
    {"pushbench_gaps_total", "counter", "Subscribers told that history was lost.", &Counters::gaps},
}};

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

}  // namespace

std::string metrics_text(std::string_view transport, const std::vector<std::unique_ptr<Shard>>& shards) {
    std::string out;
    for (const Metric& metric : kMetrics) {
        std::uint64_t sum = 0;
        for (const auto& shard : shards) {
            sum += (shard->counters.*metric.counter).get();
            if (metric.per_shard_copy) break;
        }
        append_head(out, metric.name, metric.type, metric.help);
        append_value(out, transport, sum);
    }
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), " %.9f\n", process_cpu_seconds());
    append_head(out, "process_cpu_seconds_total", "counter", "CPU time of the process, user and system.");
    return out.append(seconds.data());
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
