#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace pushbench::loadgen {

/// Histogram of times in nanoseconds, from 1 µs to 137 s, to as many digits as `half_bits` says.
///
/// The layout is that of HdrHistogram (Gil Tene, hdrhistogram.org): log-linear, each power of two cut into
/// 2^half_bits linear steps, lowest discernible value 1 µs (so a unit of 512 ns), written down again here
/// because measuring is what this program is for. One per worker thread; merge at the end.
template <int half_bits>
class BasicHistogram {
 public:
    static constexpr int unit_magnitude = 9;  ///< one unit is 2^9 ns, the largest power of two in 1 µs
    static constexpr int sub_bucket_half_bits = half_bits;
    static constexpr int bucket_count =
        28 - half_bits;  ///< powers of two above the first 2^(half_bits + 1) units
    static constexpr std::size_t sub_bucket_half_count = std::size_t{1} << sub_bucket_half_bits;
    static constexpr std::size_t slot_count = (bucket_count + 1) * sub_bucket_half_count;
    /// The first value that does not fit: 2^37 ns, 137 s.
    static constexpr std::int64_t limit_ns = std::int64_t{1}
                                             << (unit_magnitude + sub_bucket_half_bits + bucket_count);

    BasicHistogram() : counts_(slot_count) {}

    /// A negative value is counted apart and nowhere else; one that is too large is counted as overflow.
    void record(std::int64_t value_ns, std::uint64_t times = 1);
    void merge(const BasicHistogram& other);
    /// As at the beginning, in the same memory.
    void clear();

    [[nodiscard]] std::uint64_t count() const { return count_; }  ///< with overflow, without negative
    [[nodiscard]] std::uint64_t overflow() const { return overflow_; }
    [[nodiscard]] std::uint64_t negative() const { return negative_; }
    [[nodiscard]] std::int64_t max_ns() const { return max_ns_; }  ///< exact, overflow included
    [[nodiscard]] std::int64_t min_ns() const { return min_ns_; }
    [[nodiscard]] double mean_ns() const;  ///< exact

    /// The value that a share `q` of all samples does not exceed. Empty where fewer than 10 samples lie
    /// beyond it: such a figure would be an anecdote. Empty too where it lies in the overflow.
    [[nodiscard]] std::optional<std::int64_t> percentile_ns(double q) const {
        return percentile_ns(q, count_);
    }
    /// The same where the samples are of fewer events: when a notification is late, it is late for all whom
    /// it reaches. So ten events lie beyond it, however many samples these are.
    [[nodiscard]] std::optional<std::int64_t> percentile_ns(double q, std::uint64_t events) const;
    /// The same, whatever the number of samples beyond; `limit_ns` for overflow. For plots.
    [[nodiscard]] std::int64_t value_at(double q) const;
    /// Standard deviation around the mean, from the buckets.
    [[nodiscard]] double deviation_ns() const;

    /// Every bucket that holds something: (highest value in ns that falls into it, count), rising.
    [[nodiscard]] std::vector<std::pair<std::int64_t, std::uint64_t>> buckets() const;

    /// All that it holds, through whatever packs and unpacks: most slots are empty.
    template <class Porter>
    void carry(Porter& porter) {
        porter.sparse(counts_);
        porter.all(count_, overflow_, negative_, max_ns_, min_ns_, sum_ns_);
    }

    [[nodiscard]] static std::size_t slot_of(std::int64_t value_ns);
    [[nodiscard]] static std::int64_t highest_in(std::size_t slot);

 private:
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    std::uint64_t overflow_ = 0;
    std::uint64_t negative_ = 0;
    std::int64_t max_ns_ = 0;
    std::int64_t min_ns_ = INT64_MAX;
    double sum_ns_ = 0;
};

/// 3 significant digits: what is measured.
using Histogram = BasicHistogram<10>;
/// 2 significant digits in 22 KiB: for what is kept by the second.
using SliceHistogram = BasicHistogram<7>;

}  // namespace pushbench::loadgen
