#include "loadgen/measure/fanout.hpp"

#include <algorithm>

namespace pushbench::loadgen {

std::vector<FanoutPart> FanoutTracker::parts() const {
    std::vector<FanoutPart> all;
    if (!parts_) return all;
    for (std::uint64_t i = 0; i != count_; ++i) {
        const std::uint32_t count = slots_[i].delivered.load(std::memory_order_acquire);
        if (count == 0) continue;
        all.resize(i + 1);
        all[i] = {parts_[i].due_ns.load(std::memory_order_acquire),
                  slots_[i].first_ns.load(std::memory_order_acquire),
                  parts_[i].last_ns.load(std::memory_order_acquire), count};
    }
    return all;
}

FanoutTracker::Histograms fanout_of(std::span<const std::vector<FanoutPart>> of_processes,
                                    std::uint32_t subscribers) {
    FanoutTracker::Histograms all;
    std::size_t count = 0;
    for (const auto& parts : of_processes) count = std::max(count, parts.size());
    for (std::size_t i = 0; i != count; ++i) {
        FanoutPart whole{0, INT64_MAX, 0, 0};
        for (const auto& parts : of_processes) {
            if (i >= parts.size() || parts[i].count == 0) continue;
            whole.due_ns = parts[i].due_ns;
            whole.first_ns = std::min(whole.first_ns, parts[i].first_ns);
            whole.last_ns = std::max(whole.last_ns, parts[i].last_ns);
            whole.count += parts[i].count;
        }
        if (whole.count == 0) continue;
        all.first.record(whole.first_ns - whole.due_ns);
        if (whole.count != subscribers) continue;
        all.last.record(whole.last_ns - whole.due_ns);
        all.spread.record(std::max<std::int64_t>(0, whole.last_ns - whole.first_ns));
    }
    return all;
}

}  // namespace pushbench::loadgen
