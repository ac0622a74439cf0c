#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "notify/reader.hpp"

namespace pushbench {

/// How the entries of a log leave on one stream.
struct Framing {
    /// The bytes of an entry that all streams of its kind share. Null: entries leave only as copies.
    Encoder encode = nullptr;
    /// Which part of them this stream gets; null: all.
    std::string_view (*part)(std::string_view frame) = nullptr;

    std::string_view frame(const Entry& entry) const {
        const std::string& whole = entry.frame(encode);
        return part == nullptr ? std::string_view{whole} : part(whole);
    }
};

/// Decides which bytes of a stream leave next; does no I/O. SSE and WebSocket share it.
///
/// The order is: the rest of an entry that was cut short, then the session's own bytes (the response's head,
/// a heartbeat, a pong, a close), then the entries its cursors are behind. So own bytes always stand between
/// two frames, and a stream that lags costs a cursor and a reference to one entry, however far it lags.
class Outbox {
 public:
    /// What one write gathers at most. More gains nothing, and a send buffer rarely takes it.
    static constexpr std::size_t kBuffers = 64;
    /// What a stream may write before the others of its thread have their turn: one that lags a whole history
    /// behind must not hold them up. No write gathers more, but for the rest of the entry that reaches it.
    static constexpr std::size_t kTurnBytes = 128 * 1024;
    using Buffers = std::array<iovec, kBuffers>;
    /// What is to leave next: `count` pieces, `bytes` in all.
    struct Gathered {
        std::size_t count = 0;
        std::size_t bytes = 0;
        bool is_all = false;  ///< when it is out, there is nothing left
    };

    Reader& reader() { return reader_; }
    const Reader& reader() const { return reader_; }

    /// Queues bytes of the session's own, to leave at the next frame boundary.
    void send(std::string_view bytes) { own_.insert(own_.end(), bytes.begin(), bytes.end()); }
    std::size_t own_bytes() const { return own_.size(); }
    /// The same, for a copy of the entry that was next in line, with words of this stream's own in it; the
    /// cursor is past it by now.
    void send_copy(std::string_view bytes) {
        send(bytes);
        ++copies_;
    }
    /// Sends no more entries than the one that has begun to leave.
    void stop_entries() { reader_.reset(); }

    /// Fills `buffers` with what is to leave next; none if there is nothing to send. They are good until the
    /// outbox, or a log it reads, is changed.
    Gathered gather(Buffers& buffers, const Framing& framing) const;
    /// Accounts for `written_bytes` of what gather() gave, with nothing changed meanwhile. Returns how many
    /// entries are out as a whole by that.
    std::size_t advance(std::size_t written_bytes, const Buffers& buffers, const Gathered& gathered);

 private:
    void begin_cut(std::size_t at_bytes);

    Reader reader_;
    EntryPtr cut_;  // has left in part
    std::uint32_t cut_at_bytes_ = 0;
    std::uint32_t copies_ = 0;  // of entries, among the own bytes
    std::vector<char> own_;     // each stream has one, and a string is larger
};

}  // namespace pushbench
