#include "loadgen/trial/series.hpp"

#include <algorithm>

namespace pushbench::loadgen {
namespace {

void add_times(SeriesSlice& slice, const std::vector<const Slice*>& parts, bool shared_topics) {
    SliceHistogram latency;
    std::uint64_t notifications = 0;
    std::int64_t max_ns = 0;
    for (const Slice* part : parts) {
        for (const auto& [value_ns, count] : part->latency) latency.record(value_ns, count);
        max_ns = std::max(max_ns, part->max_ns);
        // Each of the workers notices a notification that goes to subscribers of all of them.
        notifications = shared_topics ? std::max(notifications, part->notifications)
                                      : notifications + part->notifications;
    }
    slice.p50_ns = latency.percentile_ns(0.5, notifications);
    slice.p99_ns = latency.percentile_ns(0.99, notifications);
    if (latency.count() != 0) slice.max_ns = max_ns;
}

void add_moments(SeriesSlice& slice, const Moment& from, const Moment& to) {
    slice.ready = to.ready;
    slice.server_rss_bytes = to.server_rss_bytes;
    const std::int64_t lasted_ns = to.time_ns - from.time_ns;  // who looks wakes a little late
    if (from.server_cpu_ns && to.server_cpu_ns && lasted_ns > 0)
        slice.server_cpu_cores =
            static_cast<double>(*to.server_cpu_ns - *from.server_cpu_ns) / static_cast<double>(lasted_ns);
}

}  // namespace

std::int64_t SeriesSlice::errors() const {
    return counters.malformed + counters.unmarked + counters.protocol_errors + counters.refused() +
           counters.connect_failures;
}

Series make_series(const SeriesCuts& cuts, bool shared_topics) {
    const auto& [of_workers, moments, step_ns] = cuts;
    Series series{static_cast<double>(step_ns) / 1e9, {}};
    std::size_t count = 0;
    for (const auto& slices : of_workers) count = std::max(count, slices.size());
    for (std::size_t i = 0; i != count; ++i) {
        SeriesSlice& slice = series.slices.emplace_back();
        std::vector<const Slice*> parts;
        for (const auto& slices : of_workers)
            if (i < slices.size()) parts.push_back(&slices[i]);
        for (const Slice* part : parts) slice.counters += part->counters;
        add_times(slice, parts, shared_topics);
        slice.seconds = series.step_s;
        const bool last = i + 1 == count;
        if (i + 1 < moments.size()) add_moments(slice, moments[i], last ? moments.back() : moments[i + 1]);
    }
    if (count != 0 && !moments.empty())
        series.slices.back().seconds =
            static_cast<double>(moments.back().time_ns - moments.front().time_ns) / 1e9 -
            series.step_s * static_cast<double>(count - 1);
    return series;
}

}  // namespace pushbench::loadgen
