// What a trial has cost, as JSON: processes, kernel, wire, and the machine it ran on.
#include <cmath>

#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {
namespace {

template <class Number>
std::optional<double> difference(const std::optional<Number>& now, const std::optional<Number>& before) {
    if (!now || !before) return std::nullopt;
    return static_cast<double>(*now - *before);
}

/// Null where it became less: other memory was given back meanwhile, and what a connection takes is not
/// known.
template <class Number>
json::value growth(const std::optional<Number>& now, const std::optional<Number>& before,
                   double connections) {
    const auto bytes = difference(now, before);
    return bytes && *bytes >= 0 ? ratio(bytes, connections) : json::value{};
}

std::optional<double> sum(const std::optional<double>& a, const std::optional<double>& b) {
    if (!a || !b) return std::nullopt;
    return *a + *b;
}

std::optional<double> as_double(const std::optional<std::int64_t>& count) {
    return count ? std::optional{static_cast<double>(*count)} : std::nullopt;
}

std::optional<double> cpu_us(const ProcessUse& use) {
    if (!use.times) return std::nullopt;
    return static_cast<double>(use.times->cpu_ns) / 1e3;
}

double deliveries(const Result& r) {
    return static_cast<double>(r.window.counters.delivered);
}

/// What server and load generator have alike.
json::object process_use(const Result& r, const ProcessUse& use) {
    const auto& t = use.times;
    const auto split = t ? split_cpu(*t) : std::nullopt;
    const auto user_s = split ? std::optional{split->user_s} : std::nullopt;
    const auto system_s = split ? std::optional{split->system_s} : std::nullopt;
    const auto forced = use.forced_switches();
    return {{"cpu_us_per_delivery", ratio(cpu_us(use), deliveries(r))},
            {"user_us_per_delivery", ratio(user_s, deliveries(r) / 1e6)},
            {"system_us_per_delivery", ratio(system_s, deliveries(r) / 1e6)},
            {"cpu_cores", ratio(cpu_us(use), r.window.seconds * 1e6)},
            {"cpu_s", ratio(cpu_us(use), 1e6)},
            {"user_s", rounded(user_s)},
            {"system_s", rounded(system_s)},
            {"pss_bytes", or_null(use.pss_bytes)},
            {"pss_bytes_per_connection", growth(use.pss_bytes, use.pss_before_bytes, r.settings.connections)},
            {"pss_before_bytes", or_null(use.pss_before_bytes)},
            {"swapped_bytes", or_null(use.swapped_bytes)},
            {"voluntary_switches", t ? or_null(t->voluntary_switches) : json::value{}},
            {"involuntary_switches", t ? or_null(t->involuntary_switches) : json::value{}},
            {"forced_switches", forced ? json::value(std::llround(*forced)) : json::value{}},
            {"queued_s", t ? ratio(as_double(t->queued_ns), 1e9) : json::value{}},
            {"wakeup_delay_p99_us", rounded(use.wakeup_delay_p99_us)},
            {"wakeup_delay_p90_us", rounded(use.wakeup_delay_p90_us)},
            {"wakeup_real_time", or_null(use.wakeup_real_time)}};
}

json::value name_of(KernelBy by) {
    if (by == KernelBy::unknown) return nullptr;
    return by == KernelBy::objects ? "objects" : "cgroup";
}

void add_kernel(json::object& o, const Result& r) {
    const double connections = r.settings.connections;
    const auto end = [&](const EndGrowth& growth) {
        return json::object{{"slab_bytes_per_connection", ratio(growth.slab_bytes, connections)},
                            {"socket_buffer_bytes_per_connection", ratio(growth.buffer_bytes, connections)}};
    };
    const KernelGrowth kernel = kernel_growth(r.kernel_before, r.kernel_after);
    const auto server_end = sum(kernel.server.slab_bytes, kernel.server.buffer_bytes);
    const auto client_end = sum(kernel.client.slab_bytes, kernel.client.buffer_bytes);
    o["kernel_bytes_per_connection"] = ratio(server_end, connections);
    o["kernel_memory_by"] = name_of(kernel.server_by);
    o["kernel"] =
        json::object{{"server_end", end(kernel.server)},
                     {"client_end", end(kernel.client)},
                     {"both_ends_bytes_per_connection", ratio(sum(server_end, client_end), connections)}};
}

json::object heap(const Result& r) {
    const HeapUse& before = r.heap_before;
    const HeapUse& after = r.heap_after;
    const double connections = r.settings.connections;
    return {{"used_bytes_per_connection", growth(after.used_bytes, before.used_bytes, connections)},
            {"retained_bytes", or_null(after.free_bytes)},
            {"retained_bytes_per_connection",
             ratio(difference(after.free_bytes, before.free_bytes), connections)}};
}

json::array processes(const Result& r) {
    json::array rows;
    for (const MemberUse& member : r.server.members)
        rows.push_back(json::object{{"pid", member.pid},
                                    {"name", member.name},
                                    {"cpu_s", rounded(static_cast<double>(member.cpu_ns) / 1e9)},
                                    {"pss_bytes", or_null(member.pss_bytes)}});
    return rows;
}

json::value cgroup(const Result& r) {
    if (r.settings.server.cgroup.empty()) return nullptr;
    const auto memory = r.kernel_after.cgroup.value_or(CgroupMemory{});
    const bool counted = r.kernel_after.cgroup.has_value();
    return json::object{{"path", r.settings.server.cgroup},
                        {"memory_bytes", counted ? json::value(memory.all_bytes) : json::value{}},
                        {"anonymous_bytes", or_null(memory.anonymous_bytes)},
                        {"slab_bytes", or_null(memory.slab_bytes)},
                        {"socket_bytes", or_null(memory.socket_bytes)}};
}

}  // namespace

json::object server(const Result& r) {
    const auto& pids = r.settings.server.pids;
    json::object o{{"pid", pids.empty() ? json::value{} : json::value(pids.front())}};
    for (auto& [key, value] : process_use(r, r.server)) o[key] = value;
    o["cpu_us_per_notification"] =
        ratio(cpu_us(r.server), r.window.metric("pushbench_notifications_total").value_or(0));
    o["processes"] = processes(r);
    o["cgroup"] = cgroup(r);
    add_kernel(o, r);
    o["heap"] = heap(r);
    const bool idle = r.settings.rate_per_s == 0 && !r.settings.no_publish;
    o["cpu_us_per_idle_connection_s"] =
        idle ? ratio(cpu_us(r.server), r.settings.connections * r.window.seconds) : json::value{};
    const auto writes = r.window.metric("pushbench_writes_total");
    o["writes"] = rounded(writes);
    o["deliveries_per_write"] = ratio(r.window.metric("pushbench_deliveries_total"), writes.value_or(0));
    o["heartbeats"] = rounded(r.window.metric("pushbench_heartbeats_total"));
    return o;
}

json::object loadgen(const Result& r) {
    json::object o = process_use(r, r.loadgen);
    o["reader_cpu_us_per_delivery"] = ratio(r.window.readers_cpu_s * 1e6, deliveries(r));
    o["busiest_thread_cores"] = in_window(r, r.window.busiest_thread_cores);
    o["busiest_slice"] = in_window(r, r.window.busiest_slice);
    o["readers_work_s"] = in_window(r, r.window.readers_work_s);
    o["readers_look_s"] = in_window(r, r.window.readers_look_s);
    o["headroom"] = in_window(r, r.window.headroom());
    o["deliveries_per_read"] = ratio(deliveries(r), static_cast<double>(r.window.counters.reads));
    return o;
}

json::object machine(const Result& r) {
    const MachineUse& m = r.machine;
    const MachineSettings& set = r.machine_settings;
    return {{"steal_share", m.steal_core < 0 ? json::value{} : rounded(m.steal_share)},
            {"clocksource", m.clocksource.empty() ? json::value{} : json::value(m.clocksource)},
            {"clock_drift_ppm",
             ratio(static_cast<double>(m.clock_drift_ns) * 1e6, static_cast<double>(m.raw_ns))},
            {"swapped_in_pages", or_null(m.swapped_in_pages)},
            {"irq_time_accounting", or_null(set.irq_time_accounting)},
            {"smt", or_null(set.smt)},
            {"governor", set.governor.empty() ? json::value{} : json::value(set.governor)}};
}

json::object wire(const Result& r) {
    const WireCounts& w = r.window.wire;
    const bool any = w.bytes_in + w.bytes_out != 0;
    const bool told = w.segments_in + w.segments_out != 0 || !any;  // bytes come in segments
    const auto segments = [&](std::uint64_t count) { return told ? in_window(r, count) : json::value{}; };
    return {
        {"bytes_in", in_window(r, w.bytes_in)},
        {"bytes_out", in_window(r, w.bytes_out)},
        {"message_bytes", in_window(r, r.window.counters.message_bytes)},
        {"bytes_per_delivery", ratio(static_cast<double>(w.bytes_in + w.bytes_out), deliveries(r))},
        {"segments_in", segments(w.segments_in)},
        {"segments_out", segments(w.segments_out)},
        {"segments_per_delivery",
         told ? ratio(static_cast<double>(w.segments_in + w.segments_out), deliveries(r)) : json::value{}}};
}

}  // namespace pushbench::loadgen
