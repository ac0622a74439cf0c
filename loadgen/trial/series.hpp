#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loadgen/crowd/slices.hpp"

namespace pushbench::loadgen {

/// What one moment shows of the whole trial.
struct Moment {
    std::int64_t time_ns = 0;
    std::int64_t ready = 0;                     ///< connections
    std::optional<std::int64_t> server_cpu_ns;  ///< used so far
    std::optional<std::int64_t> server_rss_bytes;
};

/// One slice of the measuring window. Empty: not known, or too few notifications to tell.
struct SeriesSlice {
    double seconds = 0;  ///< the last may be shorter than the others
    Counters counters;   ///< of this slice alone
    std::optional<std::int64_t> p50_ns;
    std::optional<std::int64_t> p99_ns;
    std::optional<std::int64_t> max_ns;
    std::optional<std::int64_t> ready;  ///< at its end
    std::optional<double> server_cpu_cores;
    std::optional<std::int64_t> server_rss_bytes;  ///< at its end

    /// What went wrong, of any kind.
    [[nodiscard]] std::int64_t errors() const;
};

/// What the workers have cut, and what was seen of the whole from outside.
struct SeriesCuts {
    std::vector<std::vector<Slice>> of_workers;  ///< all with the same number of slices
    std::vector<Moment> moments;                 ///< the beginning, the end of each slice, and the end of all
    std::int64_t step_ns = 0;                    ///< 0: nothing was cut

    template <class Porter>
    void carry(Porter& porter) {
        porter.all(of_workers, moments, step_ns);
    }
};

struct Series {
    double step_s = 0;  ///< 0: there is none
    std::vector<SeriesSlice> slices;
};

/// `shared_topics`: several workers have subscribers of one topic.
Series make_series(const SeriesCuts& cuts, bool shared_topics);

}  // namespace pushbench::loadgen
