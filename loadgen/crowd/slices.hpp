#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "loadgen/crowd/counters.hpp"
#include "loadgen/measure/histogram.hpp"

namespace pushbench::loadgen {

/// What came in during one slice of the measuring window.
struct Slice {
    Counters counters;                ///< of this slice alone
    std::uint64_t notifications = 0;  ///< that the deliveries are of
    std::int64_t max_ns = 0;          ///< of the latencies, exact
    std::vector<std::pair<std::int64_t, std::uint64_t>>
        latency;  ///< (highest value, count) of a histogram's buckets

    template <class Porter>
    void carry(Porter& porter) {
        porter.all(counters, notifications, max_ns, latency);
    }
};

/// Cuts what one worker counts into slices of one length. All workers cut at the same moments, by the clock
/// and without a word to each other. Cheap: a comparison a delivery and a small histogram; an allocation a
/// slice.
class Slices {
 public:
    /// From `origin_ns` on. What was cut before is forgotten.
    void begin(std::int64_t origin_ns, std::int64_t step_ns, const Counters& counters,
               std::uint64_t notifications);
    /// The last slice ends here, however long it was; one of less than a tenth of a step is part of the one
    /// before.
    void end(std::int64_t time_ns, const Counters& counters, std::uint64_t notifications);

    /// To be called before what happened at `time_ns` is counted.
    void bring_up(std::int64_t time_ns, const Counters& counters, std::uint64_t notifications) {
        if (time_ns >= slice_end_ns_) cut(time_ns, counters, notifications);
    }
    void record(std::int64_t latency_ns) {
        if (slice_end_ns_ != never) latency_.record(latency_ns);
    }

    [[nodiscard]] const std::vector<Slice>& all() const { return done_; }

 private:
    static constexpr std::int64_t never = INT64_MAX;
    void cut(std::int64_t time_ns, const Counters& counters, std::uint64_t notifications);
    void keep(const Counters& counters, std::uint64_t notifications);

    std::int64_t step_ns_ = 0;
    std::int64_t slice_end_ns_ = never;
    Counters counted_;  ///< at the beginning of this slice
    std::uint64_t noticed_ = 0;
    SliceHistogram latency_;
    std::vector<Slice> done_;
};

}  // namespace pushbench::loadgen
