// The course of a trial, as JSON: one array for each figure, so that a reader takes the columns that it
// wants.
#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {
namespace {

template <class Read>
json::array column(const Series& series, Read read) {
    json::array values;
    for (const SeriesSlice& slice : series.slices) values.push_back(read(slice));
    return values;
}

/// When each begins, since the window did.
json::array starts(const Series& series) {
    json::array all;
    for (std::size_t i = 0; i != series.slices.size(); ++i)
        all.push_back(rounded(series.step_s * static_cast<double>(i)));
    return all;
}

template <std::int64_t Counters::*counter>
json::value counted(const SeriesSlice& slice) {
    return slice.counters.*counter;
}

}  // namespace

json::value series(const Result& r) {
    const Series& s = r.series;
    if (s.slices.empty()) return nullptr;
    return json::object{
        {"step_s", rounded(s.step_s)},
        {"start_s", starts(s)},
        {"seconds", column(s, [](const SeriesSlice& x) { return rounded(x.seconds); })},
        {"delivered", column(s, counted<&Counters::delivered>)},
        {"latency_p50_us", column(s, [](const SeriesSlice& x) { return in_us(x.p50_ns); })},
        {"latency_p99_us", column(s, [](const SeriesSlice& x) { return in_us(x.p99_ns); })},
        {"latency_max_us", column(s, [](const SeriesSlice& x) { return in_us(x.max_ns); })},
        {"ready", column(s, [](const SeriesSlice& x) { return or_null(x.ready); })},
        {"errors", column(s, [](const SeriesSlice& x) { return json::value(x.errors()); })},
        {"reconnects", column(s, counted<&Counters::reconnects>)},
        {"requests", column(s, counted<&Counters::requests>)},
        {"server_cpu_cores", column(s, [](const SeriesSlice& x) { return rounded(x.server_cpu_cores); })},
        {"server_rss_bytes", column(s, [](const SeriesSlice& x) { return or_null(x.server_rss_bytes); })}};
}

}  // namespace pushbench::loadgen
