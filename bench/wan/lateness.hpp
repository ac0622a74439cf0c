#pragma once

#include <cstdint>
#include <vector>

#include "loadgen/measure/histogram.hpp"

namespace pushbench::wan {

/// By how much things left later than they were due: over all, and by tenths of a second, since a client that
/// connects or says goodbye a hundred times at once is nothing that anybody measures.
class Lateness {
 public:
    static constexpr std::int64_t kStepNs = 100'000'000;
    /// An hour; what is due after it counts in the last.
    static constexpr std::size_t kMostSlices = 36'000;

    struct Slice {
        std::uint64_t pieces = 0;
        std::uint64_t late = 0;  ///< by more than the limit
        std::int64_t max_ns = 0;
    };

    /// Nothing is due before `start_ns`. Late is who is later than `limit_ns`.
    Lateness(std::int64_t start_ns, std::int64_t limit_ns) : start_ns_(start_ns), limit_ns_(limit_ns) {}

    void record(std::int64_t due_ns, std::int64_t now_ns);

    [[nodiscard]] std::int64_t start_ns() const { return start_ns_; }
    [[nodiscard]] const loadgen::Histogram& all() const { return all_; }
    [[nodiscard]] const std::vector<Slice>& slices() const { return slices_; }

 private:
    std::int64_t start_ns_, limit_ns_;
    loadgen::Histogram all_;
    std::vector<Slice> slices_;
};

}  // namespace pushbench::wan
