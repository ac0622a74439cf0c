#include "loadgen/report/json_parts.hpp"
#include "loadgen/report/json_text.hpp"
#include "loadgen/report/report.hpp"

namespace pushbench::loadgen {
namespace {

json::object connect(const Result& r) {
    const auto ready = static_cast<double>(r.settings.connections) - static_cast<double>(r.not_connected);
    return {{"seconds", rounded(r.connect_s)},
            {"failed", r.not_connected},
            {"failed_attempts", r.totals.connect_failures},
            {"reconnects", r.totals.reconnects},
            {"per_s", ratio(ready, r.connect_s)},
            {"p50_us", in_us(r.connect_times.percentile_ns(0.5))},
            {"p99_us", in_us(r.connect_times.percentile_ns(0.99))},
            {"first_message_us", percentiles(r.first_message_times)}};
}

void add_workload(json::object& o, const Result& r) {
    const Settings& s = r.settings;
    const bool timetable = s.transport->pace == Pace::timetable;
    o["schema_version"] = 4;
    o["transport"] = s.transport->name;
    o["message"] = name_of(s.message);
    o["connections"] = s.connections;
    o["topics"] = s.topics;
    o["rate_per_s"] = s.no_publish ? json::value{} : json::value(s.rate_per_s);
    o["payload_bytes"] = s.no_publish ? json::value{} : json::value(s.payload_bytes);
    o["arrival"] = s.no_publish ? json::value{} : json::value(s.arrival);
    o["seed"] = s.seed;
    o["poll_interval_ms"] = timetable
                                ? rounded(std::chrono::duration<double, std::milli>(s.poll_interval).count())
                                : json::value{};
    o["poll_wait_ms"] = s.transport->pace == Pace::at_once
                            ? rounded(std::chrono::duration<double, std::milli>(s.poll_wait).count())
                            : json::value{};
    o["threads"] = s.threads;
    o["duration_s"] = rounded(std::chrono::duration<double>(s.duration).count());
    o["warmup_s"] = rounded(std::chrono::duration<double>(s.warmup).count());
    o["awake_us"] = rounded(std::chrono::duration<double, std::micro>(s.awake).count());
    o["lead_in_s"] = rounded(std::chrono::duration<double>(lead_in(s)).count());  // published, not measured
    const auto void_because = texts(r.rules, Effect::wrong);
    o["valid"] = void_because.empty();
    o["invalid_because"] = json::value_from(void_because);
    o["marked_because"] = json::value_from(texts(r.rules, Effect::slow));
    o["interrupted"] = r.interrupted;
    o["drain"] = r.drained ? "complete" : "timeout";
}

json::array rules(const Result& r) {
    json::array rows;
    for (const Finding& f : r.rules)
        rows.push_back(json::object{{"rule", f.rule},
                                    {"of", f.of},
                                    {"value", rounded(f.value)},
                                    {"limit", rounded(f.limit)},
                                    {"unit", f.unit},
                                    {"applies", f.applies},
                                    {"judged", f.judged()},
                                    {"broken", f.broken()},
                                    {"effect", f.effect == Effect::wrong ? "wrong" : "slow"},
                                    {"text", f.text}});
    return rows;
}

void add_requests(json::object& o, const Result& r) {
    const Counters& c = r.window.counters;
    const bool polls = r.settings.transport->pace != Pace::once;
    const double minutes = r.window.seconds / 60;
    o["window_began_ns"] = r.window.began_ns;
    o["window_s"] = rounded(r.window.seconds);
    o["window_deliveries"] = c.delivered;
    const bool timetable = r.settings.transport->pace == Pace::timetable;
    o["requests"] = in_window(r, c.requests);
    o["empty_polls"] = polls ? in_window(r, c.empty_answers) : json::value{};
    o["skipped_polls"] = timetable ? in_window(r, c.skipped_polls) : json::value{};
    o["requests_per_client_minute"] =
        ratio(static_cast<double>(c.requests), r.settings.connections * minutes);
    o["connections_opened"] = r.totals.opened;
    o["in_flight_mean"] =
        polls ? ratio(static_cast<double>(c.in_flight_ns) / 1e9, r.window.seconds) : json::value{};
}

}  // namespace

json::object to_json(const Result& r) {
    json::object o;
    add_workload(o, r);
    o["connect"] = connect(r);
    o["behaviour"] = behaviour(r);
    o["refused"] = refused(r);
    o["tls"] = tls(r);
    add_deliveries(o, r);
    o["latency_us"] = timed(r, r.recorded.latency);
    o["delivery_us"] = timed(r, r.recorded.delivery);
    o["publish_delay_us"] = timed(r, r.recorded.publish_delay);
    o["gap_us"] = gaps(r);
    o["kernel_to_reader_us"] = kernel_to_reader(r);
    o["response_us"] = response(r);
    o["fanout_us"] = fanout(r);
    o["publisher"] = publisher(r);
    o["server"] = server(r);
    o["loadgen"] = loadgen(r);
    o["ranks"] = ranks(r);
    o["wire"] = wire(r);
    o["machine"] = machine(r);
    add_requests(o, r);
    o["series"] = series(r);
    o["rules"] = rules(r);
    o["thresholds"] = json::array{};
    o["histograms"] = histograms(r);
    return o;
}

std::string to_json_text(const Result& r) {
    return to_indented_text(to_json(r));
}

}  // namespace pushbench::loadgen
