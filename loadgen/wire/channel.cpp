#include "loadgen/wire/channel.hpp"

#include <unistd.h>

#include <cstring>
#include <ctime>

namespace pushbench::loadgen {
namespace {

std::int64_t in_ns(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// From the kernel's stamp in a message until now. A socket's stamps are of CLOCK_REALTIME, so that clock is
/// read once more here: two clocks held together by an offset would be off after a step, this is not.
std::int64_t time_since_stamp(msghdr& message) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec stamp{};
        std::memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
        timespec now{};
        clock_gettime(CLOCK_REALTIME, &now);
        return in_ns(now) - in_ns(stamp);
    }
    return -1;
}

}  // namespace

Channel::Channel(Channel&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)},
      mode_{std::exchange(other.mode_, Mode::plain)},
      tls_{std::move(other.tls_)} {}

Channel& Channel::operator=(Channel&& other) noexcept {
    if (this == &other) return *this;
    close();
    fd_ = std::exchange(other.fd_, -1);
    mode_ = std::exchange(other.mode_, Mode::plain);
    tls_ = std::move(other.tls_);
    return *this;
}

bool Channel::stamp_reads() {
    const int on = 1;
    if (mode_ == Mode::tls || setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) return false;
    mode_ = Mode::stamped;
    return true;
}

IoResult Channel::read_otherwise(char* buffer, std::size_t capacity) {
    return mode_ == Mode::tls ? tls_->read(buffer, capacity) : read_stamped(buffer, capacity);
}

IoResult Channel::read_stamped(char* buffer, std::size_t capacity) {
    iovec into{buffer, capacity};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(timespec))];
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const auto got = ::recvmsg(fd_, &message, 0);
    if (got <= 0) return nothing_read(got, buffer, capacity);
    const auto bytes = static_cast<std::size_t>(got);
    return {
        .state = Io::done, .more = bytes == capacity, .bytes = bytes, .waited_ns = time_since_stamp(message)};
}

IoResult Channel::nothing_read(ssize_t got, char* buffer, std::size_t capacity) {
    if (got == 0) return {.state = Io::closed};
    if (errno == EAGAIN) return {.state = Io::want_read};
    if (errno == EINTR) return read(buffer, capacity);
    return {.state = Io::failed, .error = errno};
}

void Channel::close() {
    if (fd_ < 0) return;
    if (tls_) tls_->say_goodbye();
    tls_.reset();
    ::close(fd_);  // leaves every epoll set by this
    fd_ = -1;
    mode_ = Mode::plain;
}

std::string Channel::describe(const IoResult& result) const {
    switch (result.state) {
        case Io::closed:
            return tls_ && tls_->handshake_ns() == 0 ? "the server closed the connection in the TLS handshake"
                                                     : "the server closed the connection";
        case Io::truncated:
            return "the server's connection ended without TLS's close_notify, as one that was cut";
        case Io::failed:
            return result.error == 0 && tls_ ? tls_->trouble() : std::strerror(result.error);
        default:
            return {};
    }
}

}  // namespace pushbench::loadgen
