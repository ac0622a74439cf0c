#include "bench/wan/link.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "loadgen/measure/clock.hpp"

namespace pushbench::wan {
namespace {

/// The kernel stamps by the wall clock. One that was set meanwhile must not delay anything by more than this.
constexpr std::int64_t kLongestInKernelNs = loadgen::ns_per_s;

std::int64_t ns_of(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * loadgen::ns_per_s + time.tv_nsec;
}

/// When the kernel got the last byte of what was read, on CLOCK_MONOTONIC. Now, where it did not write it
/// down.
std::int64_t came_ns(msghdr& message) {
    const std::int64_t now = loadgen::now_ns();
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
        if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec stamp{}, wall{};
        std::memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
        clock_gettime(CLOCK_REALTIME, &wall);
        const std::int64_t ago_ns = ns_of(wall) - ns_of(stamp);
        if (ago_ns >= 0 && ago_ns < kLongestInKernelNs) return now - ago_ns;
    }
    return now;
}

/// As recv(), and tells when it came.
ssize_t receive(int fd, char* to, std::size_t bytes, std::int64_t& came) {
    iovec where{to, bytes};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control{};
    msghdr message{};
    message.msg_iov = &where;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t n = recvmsg(fd, &message, 0);
    came = n > 0 ? came_ns(message) : loadgen::now_ns();
    return n;
}

}  // namespace

void Link::stamp_arrivals(int fd) {
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

Link::Link(const Network& network, int client, int server, std::int64_t accepted_ns)
    : up_{client, server, {network.up, network.most_bytes, accepted_ns + network.round_trip_ns()}},
      down_{server, client, {network.down, network.most_bytes, accepted_ns + network.up.delay_ns}} {}

Link::~Link() {
    ::close(up_.from);
    ::close(down_.from);
}

std::int64_t Link::next_ns() const {
    return std::min(up_.line.next_ns(), down_.line.next_ns());
}

void Link::move(Buffer& buffer, Lateness& late) {
    for (Pipe* pipe : {&up_, &down_}) {
        read(*pipe, buffer);
        const bool was_full = pipe->line.room() == 0;
        write(*pipe, late);
        // What left has made room, and of what waits in the kernel no event tells once more.
        if (was_full) read(*pipe, buffer);
    }
}

void Link::read(Pipe& pipe, Buffer& buffer) {
    while (pipe.open) {
        const std::size_t most = std::min(buffer.size(), pipe.line.room());
        if (most == 0) return;
        std::int64_t came = 0;
        const ssize_t n = receive(pipe.from, buffer.data(), most, came);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (n > 0) {
            pipe.line.push({buffer.data(), static_cast<std::size_t>(n)}, came);
        } else {
            pipe.line.end(n == 0 ? Ending::finished : Ending::reset, came);
            pipe.open = false;
        }
    }
}

void Link::write(Pipe& pipe, Lateness& late) {
    pipe.line.release(loadgen::now_ns(), late);
    while (!pipe.line.ready().empty()) {
        const std::string_view bytes = pipe.line.ready();
        const ssize_t n = send(pipe.to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        // Nobody is there any more to take it; that its own socket says so passes on the other way.
        pipe.line.sent(n < 0 ? bytes.size() : static_cast<std::size_t>(n));
    }
    pass_on_ending(pipe);
}

void Link::pass_on_ending(Pipe& pipe) {
    if (pipe.ended || pipe.line.ending() == Ending::none) return;
    pipe.ended = true;
    if (pipe.line.ending() == Ending::finished) {
        shutdown(pipe.to, SHUT_WR);
        return;
    }
    const linger at_once{1, 0};  // closing it sends a reset
    setsockopt(pipe.to, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    reset_ = true;
}

}  // namespace pushbench::wan
