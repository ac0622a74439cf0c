#include "stream/outbox.hpp"

#include <algorithm>
#include <utility>

namespace pushbench {

Outbox::Gathered Outbox::gather(Buffers& buffers, const Framing& framing) const {
    Gathered gathered;
    const auto add = [&](std::string_view bytes) {
        // sendmsg() does not write there, but its iovec serves readv() too.
        buffers[gathered.count++] = {const_cast<char*>(bytes.data()), bytes.size()};
        gathered.bytes += bytes.size();
    };
    if (cut_) add(framing.frame(*cut_).substr(cut_at_bytes_));
    if (!own_.empty()) add(own_);
    if (framing.encode == nullptr) return gathered;
    std::array<const EntryPtr*, kBuffers> entries;
    const std::size_t found = reader_.peek(std::span{entries}.first(kBuffers - gathered.count));
    for (std::size_t i = 0; i < found; ++i) add(framing.frame(**entries[i]));
    return gathered;
}

std::size_t Outbox::advance(std::size_t written_bytes, const Framing& framing) {
    std::size_t deliveries = 0;
    if (cut_) {
        const std::size_t size_bytes = framing.frame(*cut_).size();
        const std::size_t taken = std::min(written_bytes, size_bytes - cut_at_bytes_);
        cut_at_bytes_ += static_cast<std::uint32_t>(taken);
        written_bytes -= taken;
        if (cut_at_bytes_ < size_bytes) return deliveries;
        cut_.reset();
        ++deliveries;
    }
    if (written_bytes < own_.size()) {
        own_.erase(0, written_bytes);
        return deliveries;
    }
    written_bytes -= own_.size();
    if (!own_.empty()) std::string{}.swap(own_);  // idle streams hold no buffer; assigning would keep it
    deliveries += std::exchange(copies_, 0);

    if (framing.encode == nullptr) return deliveries;
    std::array<const EntryPtr*, kBuffers> entries;
    const std::size_t found = reader_.peek(entries);
    for (std::size_t i = 0; i < found && written_bytes > 0; ++i) {
        const EntryPtr& entry = *entries[i];
        const std::size_t size_bytes = framing.frame(*entry).size();
        if (written_bytes < size_bytes) {
            cut_ = entry;
            cut_at_bytes_ = static_cast<std::uint32_t>(written_bytes);
            reader_.advance();
            return deliveries;
        }
        written_bytes -= size_bytes;
        reader_.advance();
        ++deliveries;
    }
    return deliveries;
}

}  // namespace pushbench
