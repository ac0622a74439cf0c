// The times that a trial has recorded, as JSON: percentiles for a person, whole histograms for who merges
// them.
#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {
namespace {

json::object two(const Histogram& h) {
    return {{"p50", in_us(h.percentile_ns(0.5))}, {"p99", in_us(h.percentile_ns(0.99))}};
}

/// How many events the messages are: notifications where they are known, else each message.
std::uint64_t events(const Result& r) {
    return has_sequences(r.settings) ? r.recorded.notifications() : UINT64_MAX;
}

/// Every bucket that holds something: (its highest value, count).
json::array buckets(const Histogram& h) {
    json::array filled;
    for (const auto& [value_ns, count] : h.buckets()) filled.push_back(json::array{value_ns, count});
    return filled;
}

template <class Show>
json::value each_place(const Result& r, Show show) {
    if (!r.has_fanout) return nullptr;
    const auto& f = r.recorded.fanout;
    return json::object{{"first", show(f.first)},
                        {"median", show(f.median)},
                        {"last", show(f.last)},
                        {"spread", show(f.spread)}};
}

bool has_responses(const Result& r) {
    return r.settings.transport->pace != Pace::once;
}

}  // namespace

json::object percentiles(const Histogram& h, std::uint64_t events) {
    const bool any = h.count() != 0;
    return {{"p50", in_us(h.percentile_ns(0.5, events))},
            {"p90", in_us(h.percentile_ns(0.9, events))},
            {"p99", in_us(h.percentile_ns(0.99, events))},
            {"p999", in_us(h.percentile_ns(0.999, events))},
            {"max", any ? rounded(static_cast<double>(h.max_ns()) / 1e3) : json::value{}},
            {"mean", any ? rounded(h.mean_ns() / 1e3) : json::value{}},
            {"min", any ? rounded(static_cast<double>(h.min_ns()) / 1e3) : json::value{}},
            {"count", h.count()},
            {"overflow", h.overflow()},
            {"negative", h.negative()}};
}

json::value response(const Result& r) {
    if (!has_responses(r)) return nullptr;
    // All polls that wait for one notification come back with it; those that come back empty do so by
    // themselves.
    const auto empty = static_cast<std::uint64_t>(r.window.counters.empty_answers);
    return percentiles(r.recorded.response, r.recorded.notifications() + empty);
}

json::value timed(const Result& r, const Histogram& h) {
    if (!has_sequences(r.settings)) return nullptr;
    return percentiles(h, events(r));
}

json::object gaps(const Result& r) {
    return percentiles(r.recorded.gap, events(r));
}

json::value kernel_to_reader(const Result& r) {
    if (r.recorded.kernel_to_reader.count() == 0) return nullptr;
    return percentiles(r.recorded.kernel_to_reader);
}

json::value fanout(const Result& r) {
    return each_place(r, two);
}

json::object histograms(const Result& r) {
    const Recorder& seen = r.recorded;
    return {{"unit", "ns"},
            {"latency", buckets(seen.latency)},
            {"delivery", buckets(seen.delivery)},
            {"publish_delay", buckets(seen.publish_delay)},
            {"response", has_responses(r) ? buckets(seen.response) : json::value{}},
            {"fanout", each_place(r, buckets)}};
}

}  // namespace pushbench::loadgen
