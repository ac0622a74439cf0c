#include "net/socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace pushbench {

Socket::Socket(Socket&& other) noexcept
    : poller_(std::exchange(other.poller_, nullptr)),
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
    const ssize_t count = ::recv(fd_, into.data(), into.size(), 0);
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
    return written(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), bytes.size());
}

IoResult Socket::write_some(std::span<iovec> pieces, std::size_t size_bytes) {
    // A single one goes out by send(), which is cheaper than sendmsg().
    if (pieces.size() == 1) return write_some({static_cast<const char*>(pieces[0].iov_base), size_bytes});
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    return written(::sendmsg(fd_, &message, MSG_NOSIGNAL), size_bytes);
}

IoResult Socket::written(ssize_t count, std::size_t of_bytes) {
    if (count < 0 && errno != EAGAIN) return {Io::closed, 0};
    const std::size_t bytes = count < 0 ? 0 : static_cast<std::size_t>(count);
    blocked_ = bytes < of_bytes;
    return {count < 0 ? Io::would_block : Io::done, bytes};
}

void Socket::shutdown_send() const {
    ::shutdown(fd_, SHUT_WR);
}

void Socket::close() {
    if (fd_ < 0) return;
    if (poller_) poller_->forget(fd_);
    ::close(std::exchange(fd_, -1));
}

}  // namespace pushbench
