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

struct Series {
    double step_s = 0;  ///< 0: there is none
    std::vector<SeriesSlice> slices;
};

/// Puts together what the workers have cut, and what was seen of the whole from outside: `moments` are the
/// beginning, the end of each slice, and the end of all. `shared_topics`: several workers have subscribers of
/// one topic.
Series make_series(const std::vector<std::vector<Slice>>& of_workers, const std::vector<Moment>& moments,
                   std::int64_t step_ns, bool shared_topics);

}  // namespace pushbench::loadgen
