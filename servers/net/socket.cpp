#include "net/socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace pushbench {
namespace {

ssize_t receive(int fd, char* into, std::size_t most_bytes) {
    return ::recv(fd, into, most_bytes, 0);
}

ssize_t send(int fd, const char* bytes, std::size_t size_bytes) {
    return ::send(fd, bytes, size_bytes, MSG_NOSIGNAL);
}

ssize_t send_pieces(int fd, iovec* pieces, std::size_t count) {
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = count;
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

int end_sending(int fd) {
    return ::shutdown(fd, SHUT_WR);
}

/// A call that a signal cut short has done nothing.
template <class Call>
ssize_t uninterrupted(Call call) {
    ssize_t result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

}  // namespace

const SocketCalls kKernelCalls{receive, send, send_pieces, end_sending, ::close};

Socket::Socket(Socket&& other) noexcept
    : poller_(std::exchange(other.poller_, nullptr)),
      count_guard_(std::move(other.count_guard_)),
      fd_(std::exchange(other.fd_, -1)),
      readable_(other.readable_),
      ended_(other.ended_),
      blocked_(other.blocked_) {}

bool Socket::watch(Poller& poller, Pollable& owner) {
    poller_ = &poller;
    return poller.watch(fd_, owner);
}

int Socket::release() {
    if (poller_) poller_->dismiss(fd_);
    poller_ = nullptr;
    return std::exchange(fd_, -1);
}

bool Socket::note(std::uint32_t events) {
    const bool was_blocked = blocked_;
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) ended_ = true;
    if ((events & EPOLLIN) != 0 || ended_) readable_ = true;
    if ((events & EPOLLOUT) != 0 || ended_) blocked_ = false;
    return was_blocked && !blocked_;
}

IoResult Socket::read_some(std::span<char> into) {
    const SocketCalls& calls = poller_->calls();
    const ssize_t count = uninterrupted([&] { return calls.receive(fd_, into.data(), into.size()); });
    if (count < 0 && errno == EAGAIN) {
        readable_ = false;
        return {Io::would_block, 0};
    }
    if (count <= 0) return {Io::closed, 0};
    // Less than asked for: that was all, and what comes later is an edge of its own.
    if (static_cast<std::size_t>(count) < into.size() && !ended_) readable_ = false;
    return {Io::done, static_cast<std::size_t>(count)};
}

IoResult Socket::write_some(std::string_view bytes) {
    const SocketCalls& calls = poller_->calls();
    return written(uninterrupted([&] { return calls.send(fd_, bytes.data(), bytes.size()); }), bytes.size());
}

IoResult Socket::write_some(std::span<iovec> pieces, std::size_t size_bytes) {
    // A single one goes out by send(), which is cheaper than sendmsg().
    if (pieces.size() == 1) return write_some({static_cast<const char*>(pieces[0].iov_base), size_bytes});
    const SocketCalls& calls = poller_->calls();
    return written(uninterrupted([&] { return calls.send_pieces(fd_, pieces.data(), pieces.size()); }),
                   size_bytes);
}

IoResult Socket::written(ssize_t count, std::size_t of_bytes) {
    if (count < 0 && errno != EAGAIN) return {Io::closed, 0};
    const std::size_t bytes = count < 0 ? 0 : static_cast<std::size_t>(count);
    blocked_ = bytes < of_bytes;
    return {count < 0 ? Io::would_block : Io::done, bytes};
}

void Socket::shutdown_send() const {
    poller_->calls().end_sending(fd_);
}

void Socket::close() {
    if (fd_ < 0) return;
    if (poller_) poller_->forget(fd_);
    const SocketCalls& calls = poller_ ? poller_->calls() : kKernelCalls;
    calls.close(std::exchange(fd_, -1));
    count_guard_.leave();
}

}  // namespace pushbench
