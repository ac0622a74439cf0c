#include "stream/outbox.hpp"

#include <utility>

namespace pushbench {

namespace {

/// Leaves out what lies behind the entry by which a turn is over. Looked at afterwards, since hardly any
/// write is so large.
void shorten(Outbox::Gathered& gathered, const Outbox::Buffers& buffers) {
    while (gathered.bytes - buffers[gathered.count - 1].iov_len >= Outbox::kTurnBytes) {
        gathered.bytes -= buffers[--gathered.count].iov_len;
        gathered.is_all = false;
    }
}

}  // namespace

Outbox::Gathered Outbox::gather(Buffers& buffers, const Framing& framing) const {
    Gathered gathered;
    const auto add = [&](std::string_view bytes) {
        // sendmsg() does not write there, but its iovec serves readv() too.
        buffers[gathered.count++] = {const_cast<char*>(bytes.data()), bytes.size()};
        gathered.bytes += bytes.size();
    };
    if (cut_) add(framing.frame(*cut_).substr(cut_at_bytes_));
    if (!own_.empty()) add({own_.data(), own_.size()});
    if (framing.encode == nullptr) return gathered;
    std::array<const EntryPtr*, kBuffers> entries;
    const std::size_t found = reader_.peek(std::span{entries}.first(kBuffers - gathered.count));
    for (std::size_t i = 0; i < found; ++i) add(framing.frame(**entries[i]));
    gathered.is_all = gathered.count < kBuffers;
    if (gathered.bytes > kTurnBytes) [[unlikely]]
        shorten(gathered, buffers);
    return gathered;
}

/// By the sizes of the pieces: whatever they came from need not be asked once more.
std::size_t Outbox::advance(std::size_t written_bytes, const Buffers& buffers, const Gathered& gathered) {
    std::size_t deliveries = 0;
    std::size_t next = 0;
    if (cut_) {
        const std::size_t size_bytes = buffers[next++].iov_len;
        if (written_bytes < size_bytes) {
            cut_at_bytes_ += static_cast<std::uint32_t>(written_bytes);
            return deliveries;
        }
        written_bytes -= size_bytes;
        cut_.reset();
        ++deliveries;
    }
    if (!own_.empty()) {
        const std::size_t size_bytes = buffers[next++].iov_len;
        if (written_bytes < size_bytes) {
            own_.erase(own_.begin(), own_.begin() + static_cast<std::ptrdiff_t>(written_bytes));
            return deliveries;
        }
        written_bytes -= size_bytes;
        std::vector<char>{}.swap(own_);  // idle streams hold no buffer; assigning would keep it
        deliveries += std::exchange(copies_, 0);
    }
    for (; next < gathered.count && written_bytes > 0; ++next) {
        const std::size_t size_bytes = buffers[next].iov_len;
        if (written_bytes < size_bytes) {
            begin_cut(written_bytes);
            return deliveries;
        }
        written_bytes -= size_bytes;
        reader_.advance();
        ++deliveries;
    }
    return deliveries;
}

/// The entry that is next in line has left in part.
void Outbox::begin_cut(std::size_t at_bytes) {
    const EntryPtr* entry = nullptr;
    reader_.peek({&entry, 1});
    cut_ = *entry;
    cut_at_bytes_ = static_cast<std::uint32_t>(at_bytes);
    reader_.advance();
}

}  // namespace pushbench
