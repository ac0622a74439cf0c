#pragma once

#include <cstddef>
#include <cstdint>

namespace pushbench::loadgen {

/// How a read, a write or a step of a handshake on a non-blocking socket came out.
enum class Io : std::uint8_t {
    done,
    want_read,   ///< nothing to be had now; again when the socket can be read
    want_write,  ///< again when the socket can be written; TLS may say so to a read too
    closed,      ///< the peer has closed its side as one does
    truncated,   ///< TLS only: the peer's side ended without close_notify (RFC 8446 §6.1): a cut
    failed,      ///< `error`, or what Channel::describe() says
};

struct IoResult {
    Io state = Io::done;
    bool more = false;      ///< of a read: the next one may find something at once
    int error = 0;          ///< errno of a `failed` one; 0 where TLS says what it is
    std::size_t bytes = 0;  ///< read or written; 0 unless done
    /// Of a read with receive stamps: how long the newest of these bytes had been in the kernel, in ns, by
    /// CLOCK_REALTIME on both ends, so a step of that clock in between spoils it. Negative: not known.
    std::int64_t waited_ns = -1;
};

/// True where nothing can be read or written any more.
[[nodiscard]] inline bool is_over(Io state) {
    return state == Io::closed || state == Io::truncated || state == Io::failed;
}

}  // namespace pushbench::loadgen
