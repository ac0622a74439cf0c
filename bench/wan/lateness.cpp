#include "bench/wan/lateness.hpp"

#include <algorithm>

namespace pushbench::wan {

void Lateness::record(std::int64_t due_ns, std::int64_t now_ns) {
    const std::int64_t late_ns = now_ns - due_ns;
    all_.record(late_ns);
    const auto steps = static_cast<std::size_t>(std::max<std::int64_t>(due_ns - start_ns_, 0) / kStepNs);
    const std::size_t at = std::min(steps, kMostSlices - 1);
    if (slices_.size() <= at) slices_.resize(at + 1);
    Slice& slice = slices_[at];
    ++slice.pieces;
    if (late_ns > limit_ns_) ++slice.late;
    slice.max_ns = std::max(slice.max_ns, late_ns);
}

}  // namespace pushbench::wan
