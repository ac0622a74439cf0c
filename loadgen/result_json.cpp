#include <boost/json.hpp>
#include <cmath>

#include "loadgen/json_text.hpp"
#include "loadgen/result.hpp"

namespace pushbench::loadgen {
namespace {

namespace json = boost::json;

/// Null where there is nothing to say; three decimals are beyond any accuracy here.
json::value rounded(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return nullptr;
    return std::round(*value * 1000) / 1000;
}

json::value ratio(std::optional<double> value, double by) {
    if (!value || by == 0) return nullptr;
    return rounded(*value / by);
}

json::value in_us(std::optional<std::int64_t> ns) {
    if (!ns) return nullptr;
    return rounded(static_cast<double>(*ns) / 1e3);
}

template <class Number>
std::optional<double> as_double(const std::optional<Number>& value) {
    if (!value) return std::nullopt;
    return static_cast<double>(*value);
}

json::object percentiles(const Histogram& h) {
    const bool any = h.count() != 0;
    return {{"p50", in_us(h.percentile_ns(0.5))},
            {"p90", in_us(h.percentile_ns(0.9))},
            {"p99", in_us(h.percentile_ns(0.99))},
            {"p999", in_us(h.percentile_ns(0.999))},
            {"max", any ? rounded(static_cast<double>(h.max_ns()) / 1e3) : json::value{}},
            {"mean", any ? rounded(h.mean_ns() / 1e3) : json::value{}},
            {"min", any ? rounded(static_cast<double>(h.min_ns()) / 1e3) : json::value{}},
            {"count", h.count()},
            {"overflow", h.overflow()},
            {"negative", h.negative()}};
}

json::object two(const Histogram& h) {
    return {{"p50", in_us(h.percentile_ns(0.5))}, {"p99", in_us(h.percentile_ns(0.99))}};
}

json::value fanout(const Result& r) {
    if (!r.has_fanout) return nullptr;
    const auto& f = r.recorded.fanout;
    return json::object{
        {"first", two(f.first)}, {"median", two(f.median)}, {"last", two(f.last)}, {"spread", two(f.spread)}};
}

std::optional<double> difference(const std::optional<std::int64_t>& now,
                                 const std::optional<std::int64_t>& before) {
    if (!now || !before) return std::nullopt;
    return static_cast<double>(*now - *before);
}

std::optional<double> sum(const std::optional<double>& a, const std::optional<double>& b) {
    if (!a || !b) return std::nullopt;
    return *a + *b;
}

json::value cpu_by(const std::optional<ProcessTimes>& times, double by_ns) {
    if (!times || by_ns == 0) return nullptr;
    return rounded(static_cast<double>(times->cpu_ns) / by_ns);
}

/// What server and load generator have alike.
json::object process_use(const Result& r, const ProcessUse& use) {
    const auto deliveries = static_cast<double>(r.window.counters.delivered);
    const auto& t = use.times;
    const auto split = t ? split_cpu(*t) : std::nullopt;
    return {{"cpu_us_per_delivery", cpu_by(t, deliveries * 1e3)},
            {"cpu_cores", cpu_by(t, r.window.seconds * 1e9)},
            {"cpu_s", cpu_by(t, 1e9)},
            {"user_s", split ? rounded(split->user_s) : json::value{}},
            {"system_s", split ? rounded(split->system_s) : json::value{}},
            {"pss_bytes", use.pss_bytes ? json::value(*use.pss_bytes) : json::value{}},
            {"pss_bytes_per_connection",
             ratio(difference(use.pss_bytes, use.pss_before_bytes), r.options.connections)},
            {"pss_before_bytes", use.pss_before_bytes ? json::value(*use.pss_before_bytes) : json::value{}},
            {"voluntary_switches", t ? json::value(t->voluntary_switches) : json::value{}},
            {"involuntary_switches", t ? json::value(t->involuntary_switches) : json::value{}},
            {"queued_s", t ? rounded(static_cast<double>(t->queued_ns) / 1e9) : json::value{}},
            {"wakeup_delay_p99_us", rounded(use.wakeup_delay_p99_us)}};
}

json::object server(const Result& r) {
    json::object o{{"pid", r.options.server_pid ? json::value(*r.options.server_pid) : json::value{}}};
    for (auto& [key, value] : process_use(r, r.server)) o[key] = value;
    const EndGrowth end = kernel_growth(r.kernel_before, r.kernel_after).server;
    const auto slab = end.slab_bytes;
    const auto buffers = end.buffer_bytes;
    const double connections = r.options.connections;
    o["kernel_bytes_per_connection"] = ratio(sum(slab, buffers), connections);
    o["kernel"] = json::object{{"slab_bytes_per_connection", ratio(slab, connections)},
                               {"socket_buffer_bytes_per_connection", ratio(buffers, connections)}};
    const bool idle = r.options.rate_per_s == 0 && !r.options.no_publish && r.server.times.has_value();
    o["cpu_us_per_idle_connection_s"] =
        idle ? ratio(static_cast<double>(r.server.times->cpu_ns) / 1e3, connections * r.window.seconds)
             : json::value{};
    const auto metric = [&](const char* name) -> std::optional<double> {
        const auto found = r.window.metrics.find(name);
        return found == r.window.metrics.end() ? std::nullopt : std::optional{found->second};
    };
    const auto writes = metric("pushbench_writes_total");
    o["writes"] = rounded(writes);
    o["deliveries_per_write"] = ratio(metric("pushbench_deliveries_total"), writes.value_or(0));
    return o;
}

json::object loadgen(const Result& r) {
    json::object o = process_use(r, r.loadgen);
    o["reader_cpu_us_per_delivery"] =
        ratio(r.window.readers_cpu_s * 1e6, static_cast<double>(r.window.counters.delivered));
    o["busiest_thread_cores"] = rounded(r.window.busiest_thread_cores);
    o["deliveries_per_read"] =
        ratio(static_cast<double>(r.window.counters.delivered), static_cast<double>(r.window.counters.reads));
    return o;
}

json::object wire(const Result& r) {
    const WireCounts& w = r.window.wire;
    const auto deliveries = static_cast<double>(r.window.counters.delivered);
    return {
        {"bytes_in", w.bytes_in},
        {"bytes_out", w.bytes_out},
        {"bytes_per_delivery", ratio(static_cast<double>(w.bytes_in + w.bytes_out), deliveries)},
        {"segments_in", w.segments_in},
        {"segments_out", w.segments_out},
        {"segments_per_delivery", ratio(static_cast<double>(w.segments_in + w.segments_out), deliveries)}};
}

json::object connect(const Result& r) {
    const auto ready = static_cast<double>(r.options.connections) - static_cast<double>(r.not_connected);
    return {{"seconds", rounded(r.connect_s)},
            {"failed", r.not_connected},
            {"failed_attempts", r.totals.connect_failures},
            {"reconnects", r.totals.reconnects},
            {"per_s", ratio(ready, r.connect_s)},
            {"p50_us", in_us(r.connect_times.percentile_ns(0.5))},
            {"p99_us", in_us(r.connect_times.percentile_ns(0.99))}};
}

/// Latency (due to received), every bucket that holds something: (its highest value in ns, count).
json::object histogram(const Histogram& h) {
    json::array buckets;
    for (const auto& [value_ns, count] : h.buckets()) buckets.push_back(json::array{value_ns, count});
    return {{"unit", "ns"}, {"buckets", std::move(buckets)}};
}

void add_workload(json::object& o, const Result& r) {
    const Options& s = r.options;
    const bool timetable = s.transport->pace == Pace::timetable;
    o["schema_version"] = 1;
    o["transport"] = s.transport->name;
    o["connections"] = s.connections;
    o["topics"] = s.topics;
    o["rate_per_s"] = s.no_publish ? json::value{} : json::value(s.rate_per_s);
    o["payload_bytes"] = s.no_publish ? json::value{} : json::value(s.payload_bytes);
    o["arrival"] = s.no_publish ? json::value{} : json::value(s.arrival);
    o["seed"] = s.seed;
    o["poll_interval_ms"] = timetable
                                ? rounded(std::chrono::duration<double, std::milli>(s.poll_interval).count())
                                : json::value{};
    o["threads"] = s.threads;
    o["duration_s"] = rounded(std::chrono::duration<double>(s.duration).count());
    o["warmup_s"] = rounded(std::chrono::duration<double>(s.warmup).count());
    o["lead_in_s"] = rounded(std::chrono::duration<double>(lead_in(s)).count());  // published, not measured
    o["valid"] = r.invalid_because.empty();
    o["invalid_because"] = json::value_from(r.invalid_because);
    o["interrupted"] = r.interrupted;
    o["drain"] = r.drained ? "complete" : "timeout";
}

void add_requests(json::object& o, const Result& r) {
    const Counters& c = r.window.counters;
    const bool polls = r.options.transport->pace != Pace::once;
    const double minutes = r.window.seconds / 60;
    o["window_s"] = rounded(r.window.seconds);
    o["window_deliveries"] = c.delivered;
    o["requests"] = c.requests;
    o["empty_polls"] = c.empty_answers;
    o["skipped_polls"] = c.skipped_polls;
    o["requests_per_client_minute"] = ratio(static_cast<double>(c.requests), r.options.connections * minutes);
    o["connections_opened"] = r.totals.opened;
    o["in_flight_mean"] =
        polls ? ratio(static_cast<double>(c.in_flight_ns) / 1e9, r.window.seconds) : json::value{};
    o["response_time_mean_us"] =
        polls ? ratio(static_cast<double>(c.response_ns) / 1e3, static_cast<double>(c.answers))
              : json::value{};
}

}  // namespace

std::string to_json_text(const Result& r) {
    json::object o;
    add_workload(o, r);
    o["connect"] = connect(r);
    o["published"] = r.published;
    o["expected"] = r.expected;
    o["delivered"] = r.delivered;
    o["lost"] = r.lost;
    o["duplicated"] = r.totals.duplicated;
    o["reordered"] = r.totals.reordered;
    o["gaps"] = r.totals.gaps;
    o["malformed"] = r.totals.malformed;
    o["latency_us"] = percentiles(r.recorded.latency);
    o["delivery_us"] = percentiles(r.recorded.delivery);
    o["publish_delay_us"] = percentiles(r.recorded.publish_delay);
    o["fanout_us"] = fanout(r);
    o["server"] = server(r);
    o["loadgen"] = loadgen(r);
    o["wire"] = wire(r);
    add_requests(o, r);
    o["histogram"] = histogram(r.recorded.latency);
    return to_indented_text(o);
}

}  // namespace pushbench::loadgen
