#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace pushbench::loadgen {

/// How many connects were begun when, since all connections were cut: in steps of 10 ms, for as long as a
/// minute. One per worker; merge at the end.
class Storm {
 public:
    void connect(std::int64_t since_cut_ns) {
        const auto step = static_cast<std::size_t>(std::max<std::int64_t>(0, since_cut_ns) / step_ns);
        if (step >= most_steps) return;
        if (step >= connects_.size()) connects_.resize(step + 1);
        ++connects_[step];
    }
    void merge(const Storm& other) {
        if (other.connects_.size() > connects_.size()) connects_.resize(other.connects_.size());
        for (std::size_t step = 0; step != other.connects_.size(); ++step)
            connects_[step] += other.connects_[step];
    }
    template <class Porter>
    void carry(Porter& porter) {
        porter.all(connects_);
    }
    /// Of all spans of 100 ms the fullest, as a rate.
    [[nodiscard]] double peak_per_s() const {
        constexpr std::size_t span = 10;
        std::uint64_t within = 0, peak = 0;
        for (std::size_t step = 0; step != connects_.size(); ++step) {
            within += connects_[step];
            if (step >= span) within -= connects_[step - span];
            peak = std::max(peak, within);
        }
        return static_cast<double>(peak) * 1e9 / (span * step_ns);
    }

 private:
    static constexpr std::int64_t step_ns = 10'000'000;
    static constexpr std::size_t most_steps = 6'000;

    std::vector<std::uint32_t> connects_;
};

}  // namespace pushbench::loadgen
