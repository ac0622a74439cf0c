#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "loadgen/measure/histogram.hpp"

namespace pushbench::loadgen {

/// Latency by the place in the fan-out: the first, the median and the last subscriber that a notification
/// reached, and the time between first and last. Shared by all worker threads, because each of them
/// sees only its share of the subscribers. Each worker records into histograms of its own.
class FanoutTracker {
 public:
    struct Histograms {
        Histogram first;
        Histogram median;
        Histogram last;
        Histogram spread;

        void merge(const Histograms& other) {
            first.merge(other.first);
            median.merge(other.median);
            last.merge(other.last);
            spread.merge(other.spread);
        }
    };

    /// Follows `count` notifications; what lies beyond `most_followed` is not followed.
    FanoutTracker(std::uint64_t count, std::uint32_t subscribers)
        : count_{count < most_followed ? count : most_followed},
          subscribers_{subscribers},
          slots_{std::make_unique<Slot[]>(count_)} {}

    /// From `start + 1` on. Before anything is recorded: it may be known late what has been published
    /// already.
    void begin(std::uint64_t start) { start_ = start; }

    void record(std::uint64_t seq, std::int64_t due_ns, std::int64_t received_ns, Histograms& into) {
        if (seq <= start_ || seq - start_ > count_) return;
        Slot& slot = slots_[seq - start_ - 1];
        const std::uint32_t place = slot.delivered.fetch_add(1, std::memory_order_acq_rel) + 1;
        if (place == 1) {
            slot.first_ns.store(received_ns, std::memory_order_release);
            into.first.record(received_ns - due_ns);
        }
        if (place == (subscribers_ + 1) / 2) into.median.record(received_ns - due_ns);
        if (place != subscribers_) return;
        into.last.record(received_ns - due_ns);
        // Two threads may be first and last within the same microsecond; the spread is then nothing.
        const std::int64_t first_ns = slot.first_ns.load(std::memory_order_acquire);
        into.spread.record(first_ns == 0 || first_ns > received_ns ? 0 : received_ns - first_ns);
    }

 private:
    static constexpr std::uint64_t most_followed = 1'000'000;
    struct Slot {
        std::atomic<std::int64_t> first_ns{0};
        std::atomic<std::uint32_t> delivered{0};
    };
    std::uint64_t start_ = 0;
    std::uint64_t count_;
    std::uint32_t subscribers_;
    std::unique_ptr<Slot[]> slots_;
};

}  // namespace pushbench::loadgen
