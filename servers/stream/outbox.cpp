#include "stream/outbox.hpp"

#include <algorithm>

namespace pushbench {

Outbox::Gathered Outbox::gather(Buffers& buffers) const {
    Gathered gathered;
    const auto add = [&](std::string_view bytes) {
        // sendmsg() does not write there, but its iovec serves readv() too.
        buffers[gathered.count++] = {const_cast<char*>(bytes.data()), bytes.size()};
        gathered.bytes += bytes.size();
    };
    if (cut_) add(std::string_view{cut_->frame}.substr(cut_at_bytes_));
    if (!own_.empty()) add(own_);
    std::array<const EntryPtr*, kBuffers> entries;
    const std::size_t found = reader_.peek(std::span{entries}.first(kBuffers - gathered.count));
    for (std::size_t i = 0; i < found; ++i) add((*entries[i])->frame);
    return gathered;
}

std::size_t Outbox::advance(std::size_t written_bytes) {
    std::size_t deliveries = 0;
    if (cut_) {
        const std::size_t taken = std::min(written_bytes, cut_->frame.size() - cut_at_bytes_);
        cut_at_bytes_ += taken;
        written_bytes -= taken;
        if (cut_at_bytes_ < cut_->frame.size()) return deliveries;
        cut_.reset();
        ++deliveries;
    }
    if (written_bytes < own_.size()) {
        own_.erase(0, written_bytes);
        return deliveries;
    }
    written_bytes -= own_.size();
    if (!own_.empty()) own_ = {};  // idle streams hold no buffer

    std::array<const EntryPtr*, kBuffers> entries;
    const std::size_t found = reader_.peek(entries);
    for (std::size_t i = 0; i < found && written_bytes > 0; ++i) {
        const EntryPtr& entry = *entries[i];
        if (written_bytes < entry->frame.size()) {
            cut_ = entry;
            cut_at_bytes_ = written_bytes;
            reader_.advance();
            return deliveries;
        }
        written_bytes -= entry->frame.size();
        reader_.advance();
        ++deliveries;
    }
    return deliveries;
}

}  // namespace pushbench
