#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "notify/entry.hpp"

namespace pushbench {

/// What a log holds at most. The newest entry is held whatever its size.
struct HistoryLimits {
    std::size_t entries = 1024;  ///< at least 1
    std::size_t bytes = std::numeric_limits<std::size_t>::max();
};

/// The history of one topic: append-only, bounded, read from a cursor. A cursor is the sequence of the last
/// notification its owner has; a log never knows who reads it.
class Log {
 public:
    /// Its first entry has the sequence `base` + 1: what was up to the base is gone, or was of a log before
    /// it.
    explicit Log(HistoryLimits limits, std::uint64_t base = 0);

    /// `entry->seq()` must be head() + 1.
    void append(EntryPtr entry);
    /// Lets go of the oldest entry; there must be one.
    void drop_oldest();
    /// Lets go of all, and goes on behind `base`, which is not below the head.
    void restart(std::uint64_t base);

    /// Sequence of the newest entry, or the base if there has been none.
    std::uint64_t head() const { return head_; }
    /// Sequence of the oldest entry still held; head() + 1 if there is none.
    std::uint64_t first() const { return first_; }
    bool empty() const { return first_ > head_; }
    std::size_t held_bytes() const { return held_bytes_; }
    /// The entry of that sequence, which must be in [first(), head()].
    const EntryPtr& at(std::uint64_t seq) const { return ring_[(seq - base_ - 1) % limits_.entries]; }

 private:
    HistoryLimits limits_;
    std::uint64_t base_;
    std::uint64_t first_;
    std::uint64_t head_;
    std::size_t held_bytes_ = 0;
    // Sequences have no holes, so the place of an entry follows from its sequence alone. The vector grows to
    // `limits_.entries` and no further: thousands of quiet topics must not each reserve a full history.
    std::vector<EntryPtr> ring_;
};

}  // namespace pushbench
