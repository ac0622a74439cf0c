#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "loadgen/measure/histogram.hpp"

namespace pushbench::loadgen {

/// What one process saw of a notification's way to those subscribers that are its own.
struct FanoutPart {
    std::int64_t due_ns = 0;
    std::int64_t first_ns = 0;  ///< received
    std::int64_t last_ns = 0;   ///< received by the last of its own; 0: not all of them have it
    std::uint32_t count = 0;    ///< of its own that have it
};

/// Latency by the place in the fan-out: the first, the median and the last subscriber that a notification
/// reached, and the time between first and last. Shared by all worker threads, because each of them
/// sees only its share of the subscribers. Each worker records into histograms of its own. Where the
/// subscribers are shared among processes, each keeps its parts, and places are told when all are there.
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
        template <class Porter>
        void carry(Porter& porter) {
            porter.all(first, median, last, spread);
        }
    };
    enum class Keeps : std::uint8_t { places, parts };

    /// Follows `count` notifications; what lies beyond `most_followed` is not followed. `subscribers` are
    /// those of this process.
    FanoutTracker(std::uint64_t count, std::uint32_t subscribers, Keeps keeps = Keeps::places)
        : count_{count < most_followed ? count : most_followed},
          subscribers_{subscribers},
          slots_{std::make_unique<Slot[]>(count_)},
          parts_{keeps == Keeps::parts ? std::make_unique<PartSlot[]>(count_) : nullptr} {}

    /// From `start + 1` on. Before anything is recorded: it may be known late what has been published
    /// already.
    void begin(std::uint64_t start) { start_ = start; }

    void record(std::uint64_t seq, std::int64_t due_ns, std::int64_t received_ns, Histograms& into) {
        if (seq <= start_ || seq - start_ > count_) return;
        Slot& slot = slots_[seq - start_ - 1];
        const std::uint32_t place = slot.delivered.fetch_add(1, std::memory_order_acq_rel) + 1;
        if (place == 1) slot.first_ns.store(received_ns, std::memory_order_release);
        if (parts_) return keep(parts_[seq - start_ - 1], place, due_ns, received_ns);
        if (place == 1) into.first.record(received_ns - due_ns);
        if (place == (subscribers_ + 1) / 2) into.median.record(received_ns - due_ns);
        if (place != subscribers_) return;
        into.last.record(received_ns - due_ns);
        // Two threads may be first and last within the same microsecond; the spread is then nothing.
        const std::int64_t first_ns = slot.first_ns.load(std::memory_order_acquire);
        into.spread.record(first_ns == 0 || first_ns > received_ns ? 0 : received_ns - first_ns);
    }

    /// What was kept in parts, in the order of the sequence, up to the last that reached anybody. While
    /// nothing is recorded.
    [[nodiscard]] std::vector<FanoutPart> parts() const;

 private:
    static constexpr std::uint64_t most_followed = 1'000'000;
    struct Slot {
        std::atomic<std::int64_t> first_ns{0};
        std::atomic<std::uint32_t> delivered{0};
    };
    struct PartSlot {
        std::atomic<std::int64_t> due_ns{0};
        std::atomic<std::int64_t> last_ns{0};
    };
    void keep(PartSlot& part, std::uint32_t place, std::int64_t due_ns, std::int64_t received_ns) const {
        if (place == 1) part.due_ns.store(due_ns, std::memory_order_release);
        if (place == subscribers_) part.last_ns.store(received_ns, std::memory_order_release);
    }

    std::uint64_t start_ = 0;
    std::uint64_t count_;
    std::uint32_t subscribers_;
    std::unique_ptr<Slot[]> slots_;
    std::unique_ptr<PartSlot[]> parts_;
};

/// The places of each notification among the `subscribers` of all processes, by what each has kept: the
/// first, the last, and what lies between. Who was in the middle no process can tell.
FanoutTracker::Histograms fanout_of(std::span<const std::vector<FanoutPart>> of_processes,
                                    std::uint32_t subscribers);

}  // namespace pushbench::loadgen
