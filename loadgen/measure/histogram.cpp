#include "loadgen/measure/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pushbench::loadgen {
namespace {

constexpr std::size_t slots_per_cache_line = 64 / sizeof(std::uint64_t);

}  // namespace

// A value in units has its top half_bits + 1 bits kept. `bucket` says by how many bits it was shifted for
// that; the first bucket has all slots of so many bits, every further one only the upper half, as the lower
// ones are the bucket before.
template <int half_bits>
std::size_t BasicHistogram<half_bits>::slot_of(std::int64_t value_ns) {
    const auto units = static_cast<std::uint64_t>(value_ns) >> unit_magnitude;
    const int bucket = std::max(0, static_cast<int>(std::bit_width(units)) - (sub_bucket_half_bits + 1));
    return static_cast<std::size_t>(bucket) * sub_bucket_half_count +
           static_cast<std::size_t>(units >> bucket);
}

template <int half_bits>
std::int64_t BasicHistogram<half_bits>::highest_in(std::size_t slot) {
    if (slot < 2 * sub_bucket_half_count)
        return static_cast<std::int64_t>(((slot + 1) << unit_magnitude) - 1);
    const std::size_t bucket = slot / sub_bucket_half_count - 1;
    const std::size_t sub_bucket = slot - bucket * sub_bucket_half_count;
    return static_cast<std::int64_t>(((sub_bucket + 1) << (bucket + unit_magnitude)) - 1);
}

template <int half_bits>
void BasicHistogram<half_bits>::record(std::int64_t value_ns, std::uint64_t times) {
    if (value_ns < 0) {
        negative_ += times;
        return;
    }
    count_ += times;
    sum_ns_ += static_cast<double>(value_ns) * static_cast<double>(times);
    max_ns_ = std::max(max_ns_, value_ns);
    min_ns_ = std::min(min_ns_, value_ns);
    if (value_ns >= limit_ns) {
        overflow_ += times;
        return;
    }
    const std::size_t slot = slot_of(value_ns);
    counts_[slot] += times;
    // The deliveries of one notification are each a little later than the one before: what they count in is
    // the next cache line, and is there by then.
    __builtin_prefetch(counts_.data() + std::min(slot + slots_per_cache_line, slot_count - 1), 1);
}

template <int half_bits>
void BasicHistogram<half_bits>::merge(const BasicHistogram& other) {
    for (std::size_t slot = 0; slot != slot_count; ++slot) counts_[slot] += other.counts_[slot];
    count_ += other.count_;
    overflow_ += other.overflow_;
    negative_ += other.negative_;
    sum_ns_ += other.sum_ns_;
    max_ns_ = std::max(max_ns_, other.max_ns_);
    min_ns_ = std::min(min_ns_, other.min_ns_);
}

template <int half_bits>
void BasicHistogram<half_bits>::clear() {
    if (count_ == 0 && negative_ == 0) return;
    std::fill(counts_.begin(), counts_.end(), 0);
    count_ = overflow_ = negative_ = 0;
    max_ns_ = 0;
    min_ns_ = INT64_MAX;
    sum_ns_ = 0;
}

template <int half_bits>
double BasicHistogram<half_bits>::mean_ns() const {
    return count_ == 0 ? 0 : sum_ns_ / static_cast<double>(count_);
}

template <int half_bits>
std::int64_t BasicHistogram<half_bits>::value_at(double q) const {
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

template <int half_bits>
std::optional<std::int64_t> BasicHistogram<half_bits>::percentile_ns(double q, std::uint64_t events) const {
    constexpr double fewest_beyond = 10;
    if (static_cast<double>(std::min(count_, events)) * (1 - q) < fewest_beyond - 1e-6) return std::nullopt;
    const std::int64_t value = value_at(q);
    if (value >= limit_ns) return std::nullopt;
    return value;
}

template <int half_bits>
double BasicHistogram<half_bits>::deviation_ns() const {
    if (count_ == 0) return 0;
    const double mean = mean_ns();
    double squares = 0;
    for (const auto& [value_ns, count] : buckets()) {
        const double distance = static_cast<double>(value_ns) - mean;
        squares += distance * distance * static_cast<double>(count);
    }
    return std::sqrt(squares / static_cast<double>(count_));
}

template <int half_bits>
std::vector<std::pair<std::int64_t, std::uint64_t>> BasicHistogram<half_bits>::buckets() const {
    std::vector<std::pair<std::int64_t, std::uint64_t>> filled;
    for (std::size_t slot = 0; slot != slot_count; ++slot)
        if (counts_[slot] != 0) filled.emplace_back(highest_in(slot), counts_[slot]);
    return filled;
}

template class BasicHistogram<10>;
template class BasicHistogram<7>;

}  // namespace pushbench::loadgen
