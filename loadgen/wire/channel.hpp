#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "loadgen/wire/io.hpp"
#include "loadgen/wire/tls_session.hpp"

namespace pushbench::loadgen {

/// A non-blocking socket, plain or with TLS on it: who uses it need not know which. Closes what it holds.
/// A plain read or write costs one predictable branch more than the system call. 16 bytes, for there are
/// many.
class Channel {
 public:
    Channel() = default;
    /// Takes over a socket; plain.
    explicit Channel(int fd) : fd_{fd} {}
    /// The same with TLS, to be begun by handshake() once the socket is connected.
    Channel(int fd, std::unique_ptr<TlsSession> tls)
        : fd_{fd}, mode_{tls ? Mode::tls : Mode::plain}, tls_{std::move(tls)} {}
    ~Channel() { close(); }
    Channel(Channel&& other) noexcept;
    Channel& operator=(Channel&& other) noexcept;

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    /// Null where it is plain.
    [[nodiscard]] const TlsSession* tls() const { return tls_.get(); }
    [[nodiscard]] TlsSession* tls() { return tls_.get(); }

    /// Call it when connected, and again after each want_read or want_write. A plain one is done at once.
    Io handshake() { return mode_ == Mode::tls ? tls_->handshake() : Io::done; }
    /// Asks the kernel for receive stamps: reads then say `waited_ns`. False where the system refuses. With
    /// TLS there are none, since a record's bytes may have come in several segments of different times.
    bool stamp_reads();

    /// What is there, `capacity` bytes at most. On an edge-triggered socket: read on while `more`.
    IoResult read(char* buffer, std::size_t capacity) {
        if (mode_ != Mode::plain) return read_otherwise(buffer, capacity);
        const auto got = ::recv(fd_, buffer, capacity, 0);
        if (got > 0) {
            const auto bytes = static_cast<std::size_t>(got);
            return {.state = Io::done, .more = bytes == capacity, .bytes = bytes};
        }
        return nothing_read(got, buffer, capacity);
    }
    /// A first part of `bytes`, perhaps all. After want_write the same bytes have to come again first, more
    /// may then stand behind them (TLS has made a record of them already).
    IoResult write(std::string_view bytes) {
        if (mode_ == Mode::tls) return tls_->write(bytes);
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) return {.state = Io::done, .bytes = static_cast<std::size_t>(sent)};
        if (errno == EAGAIN) return {.state = Io::want_write};
        if (errno == EINTR) return write(bytes);
        return {.state = Io::failed, .error = errno};
    }
    /// Says close_notify where there is TLS, and closes. What is unsent is lost.
    void close();

    /// What came of an operation on this channel, for a message: "the server closed the connection".
    [[nodiscard]] std::string describe(const IoResult& result) const;

 private:
    enum class Mode : std::uint8_t { plain, stamped, tls };

    IoResult read_otherwise(char* buffer, std::size_t capacity);
    IoResult read_stamped(char* buffer, std::size_t capacity);
    IoResult nothing_read(ssize_t got, char* buffer, std::size_t capacity);

    int fd_ = -1;
    Mode mode_ = Mode::plain;
    std::unique_ptr<TlsSession> tls_;
};

}  // namespace pushbench::loadgen
