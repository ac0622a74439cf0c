#include "loadgen/measure/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pushbench::loadgen {

// A value in units has its top 11 bits kept. `bucket` says by how many bits it was shifted for that; the
// first bucket has 2,048 slots, every further one only the upper 1,024, as the lower ones are the bucket
// before.
std::size_t Histogram::slot_of(std::int64_t value_ns) {
    const auto units = static_cast<std::uint64_t>(value_ns) >> unit_magnitude;
    const int bucket = std::max(0, static_cast<int>(std::bit_width(units)) - (sub_bucket_half_bits + 1));
    return static_cast<std::size_t>(bucket) * sub_bucket_half_count +
           static_cast<std::size_t>(units >> bucket);
}

std::int64_t Histogram::highest_in(std::size_t slot) {
    if (slot < 2 * sub_bucket_half_count)
        return static_cast<std::int64_t>(((slot + 1) << unit_magnitude) - 1);
    const std::size_t bucket = slot / sub_bucket_half_count - 1;
    const std::size_t sub_bucket = slot - bucket * sub_bucket_half_count;
    return static_cast<std::int64_t>(((sub_bucket + 1) << (bucket + unit_magnitude)) - 1);
}

void Histogram::record(std::int64_t value_ns) {
    if (value_ns < 0) {
        ++negative_;
        return;
    }
    ++count_;
    sum_ns_ += static_cast<double>(value_ns);
    max_ns_ = std::max(max_ns_, value_ns);
    min_ns_ = std::min(min_ns_, value_ns);
    if (value_ns >= limit_ns)
        ++overflow_;
    else
        ++counts_[slot_of(value_ns)];
}

void Histogram::merge(const Histogram& other) {
    for (std::size_t slot = 0; slot != slot_count; ++slot) counts_[slot] += other.counts_[slot];
    count_ += other.count_;
    overflow_ += other.overflow_;
    negative_ += other.negative_;
    sum_ns_ += other.sum_ns_;
    max_ns_ = std::max(max_ns_, other.max_ns_);
    min_ns_ = std::min(min_ns_, other.min_ns_);
}

double Histogram::mean_ns() const {
    return count_ == 0 ? 0 : sum_ns_ / static_cast<double>(count_);
}

std::int64_t Histogram::value_at(double q) const {
    // The rank is rounded up: the 50th percentile of 3 samples is the second.
    const double exact_rank = std::clamp(q, 0.0, 1.0) * static_cast<double>(count_);
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(exact_rank - 1e-9)));
    std::uint64_t below = 0;
    for (std::size_t slot = 0; slot != slot_count; ++slot) {
        below += counts_[slot];
        if (below >= rank) return std::min(highest_in(slot), max_ns_);
    }
    return limit_ns;
}

std::optional<std::int64_t> Histogram::percentile_ns(double q) const {
    constexpr double fewest_beyond = 10;
    if (static_cast<double>(count_) * (1 - q) < fewest_beyond - 1e-6) return std::nullopt;
    const std::int64_t value = value_at(q);
    if (value >= limit_ns) return std::nullopt;
    return value;
}

double Histogram::deviation_ns() const {
    if (count_ == 0) return 0;
    const double mean = mean_ns();
    double squares = 0;
    for (const auto& [value_ns, count] : buckets()) {
        const double distance = static_cast<double>(value_ns) - mean;
        squares += distance * distance * static_cast<double>(count);
    }
    return std::sqrt(squares / static_cast<double>(count_));
}

std::vector<std::pair<std::int64_t, std::uint64_t>> Histogram::buckets() const {
    std::vector<std::pair<std::int64_t, std::uint64_t>> filled;
    for (std::size_t slot = 0; slot != slot_count; ++slot)
        if (counts_[slot] != 0) filled.emplace_back(highest_in(slot), counts_[slot]);
    return filled;
}

}  // namespace pushbench::loadgen
