#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace pushbench {

/// A published notification, ready to leave: `frame` are its bytes as the transport sends them. It is encoded
/// once, never changed, and shared by every subscriber and every thread.
struct Entry {
    std::uint64_t seq = 0;
    std::string frame;
};
using EntryPtr = std::shared_ptr<const Entry>;

/// The history of one topic: append-only, bounded, read from a cursor. A cursor is the sequence of the last
/// notification its owner has; a log never knows who reads it.
class Log {
 public:
    /// Keeps the last `history` (at least 1) entries.
    explicit Log(std::size_t history);

    /// `entry->seq` must be head() + 1.
    void append(EntryPtr entry);

    /// Sequence of the newest entry, 0 if there has been none.
    std::uint64_t head() const { return head_; }
    /// Sequence of the oldest entry still held; head() + 1 if there is none.
    std::uint64_t first() const { return head_ - ring_.size() + 1; }
    /// The entry of that sequence, which must be in [first(), head()].
    const EntryPtr& at(std::uint64_t seq) const { return ring_[(seq - 1) % history_]; }

 private:
    std::size_t history_;
    std::uint64_t head_ = 0;
    // Sequences start at 1 and have no holes, so the place of an entry follows from its sequence alone. The
    // vector grows to `history_` and no further: thousands of quiet topics must not each reserve a full
    // history.
    std::vector<EntryPtr> ring_;
};

}  // namespace pushbench
