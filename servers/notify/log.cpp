#include "notify/log.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace pushbench {

Log::Log(HistoryLimits limits, std::uint64_t base)
    : limits_(limits), base_(base), first_(base + 1), head_(base) {
    limits_.entries = std::max<std::size_t>(limits_.entries, 1);
}

void Log::append(EntryPtr entry) {
    assert(entry->seq() == head_ + 1);
    if (head_ - first_ + 1 == limits_.entries) drop_oldest();
    ++head_;
    held_bytes_ += entry->held_bytes();
    const std::size_t place = (head_ - base_ - 1) % limits_.entries;
    if (place == ring_.size())
        ring_.push_back(std::move(entry));
    else
        ring_[place] = std::move(entry);
    while (held_bytes_ > limits_.bytes && first_ < head_) drop_oldest();
}

void Log::drop_oldest() {
    EntryPtr& oldest = ring_[(first_ - base_ - 1) % limits_.entries];
    held_bytes_ -= oldest->held_bytes();
    oldest.reset();
    ++first_;
}

void Log::restart(std::uint64_t base) {
    assert(base >= head_);
    ring_ = {};
    held_bytes_ = 0;
    base_ = head_ = base;
    first_ = base + 1;
}

}  // namespace pushbench
