#include "loadgen/crowd/slices.hpp"

#include <algorithm>

namespace pushbench::loadgen {

void Slices::begin(std::int64_t origin_ns, std::int64_t step_ns, const Counters& counters,
                   std::uint64_t notifications) {
    done_.clear();
    latency_.clear();
    step_ns_ = step_ns;
    slice_end_ns_ = origin_ns + step_ns;
    counted_ = counters;
    noticed_ = notifications;
}

void Slices::end(std::int64_t time_ns, const Counters& counters, std::uint64_t notifications) {
    if (slice_end_ns_ == never) return;
    bring_up(time_ns, counters, notifications);
    keep(counters, notifications);
    const std::int64_t lasted_ns = time_ns - (slice_end_ns_ - step_ns_);
    slice_end_ns_ = never;
    if (done_.size() < 2 || lasted_ns >= step_ns_ / 10) return;
    const Slice sliver = std::move(done_.back());
    done_.pop_back();
    Slice& last = done_.back();
    last.counters += sliver.counters;
    last.notifications += sliver.notifications;
    last.max_ns = std::max(last.max_ns, sliver.max_ns);
    last.latency.insert(last.latency.end(), sliver.latency.begin(), sliver.latency.end());
}

/// Whatever was counted since the last cut belongs to the slice that was open. Then come those in which
/// nothing was.
void Slices::cut(std::int64_t time_ns, const Counters& counters, std::uint64_t notifications) {
    while (time_ns >= slice_end_ns_) {
        keep(counters, notifications);
        slice_end_ns_ += step_ns_;
    }
}

void Slices::keep(const Counters& counters, std::uint64_t notifications) {
    done_.push_back({counters - counted_, notifications - noticed_, latency_.max_ns(), latency_.buckets()});
    counted_ = counters;
    noticed_ = notifications;
    if (latency_.count() != 0) latency_.clear();
}

}  // namespace pushbench::loadgen
