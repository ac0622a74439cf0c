#include "notify/log.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace pushbench {

Log::Log(std::size_t history) : history_(std::max<std::size_t>(history, 1)) {}

void Log::append(EntryPtr entry) {
    assert(entry->seq == head_ + 1);
    ++head_;
    if (ring_.size() < history_)
        ring_.push_back(std::move(entry));
    else
        ring_[(head_ - 1) % history_] = std::move(entry);
}

}  // namespace pushbench
