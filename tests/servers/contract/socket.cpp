#include "servers/contract/socket.hpp"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "servers/contract/process.hpp"

namespace pushbench::contract {
using boost::system::error_code;

Socket::Socket(std::uint16_t port, int receive_buffer_bytes)
    : file_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer_bytes > 0)
        setsockopt(file_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    const int on = 1;
    setsockopt(file_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    set_timeout(kPatience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return;
    close();
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
}

Socket::~Socket() {
    close();
}

Socket::Socket(Socket&& other) noexcept
    : file_(std::exchange(other.file_, -1)), ahead_(std::move(other.ahead_)) {}

Socket::executor_type Socket::get_executor() {
    static boost::asio::io_context never_run;
    return never_run.get_executor();
}

void Socket::set_timeout(std::chrono::milliseconds timeout) {
    const timeval value{timeout.count() / 1000, timeout.count() % 1000 * 1000};
    setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
    setsockopt(file_, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

std::size_t Socket::receive(char* to, std::size_t bytes, error_code& error) {
    if (!ahead_.empty()) {
        const std::size_t n = ahead_.copy(to, bytes);
        ahead_.erase(0, n);
        return n;
    }
    const ssize_t n = ::recv(file_, to, bytes, 0);
    if (n > 0) return static_cast<std::size_t>(n);
    if (n == 0)
        error = boost::asio::error::eof;
    else if (errno == EAGAIN)
        error = boost::asio::error::timed_out;
    else
        error = error_code{errno, boost::system::system_category()};
    return 0;
}

std::size_t Socket::transmit(const char* from, std::size_t bytes, error_code& error) {
    const ssize_t n = ::send(file_, from, bytes, MSG_NOSIGNAL);
    if (n >= 0) return static_cast<std::size_t>(n);
    error = error_code{errno, boost::system::system_category()};
    return 0;
}

bool Socket::send(std::string_view bytes) {
    error_code error;
    while (!bytes.empty() && !error) bytes.remove_prefix(transmit(bytes.data(), bytes.size(), error));
    return !error;
}

std::string Socket::read() {
    std::string bytes(64 * 1024, '\0');
    error_code error;
    bytes.resize(receive(bytes.data(), bytes.size(), error));
    return bytes;
}

std::string Socket::read_exactly(std::size_t bytes) {
    std::string all;
    while (all.size() < bytes) {
        const std::string more = read();
        if (more.empty()) return all;
        all += more;
    }
    ahead_ = all.substr(bytes) + ahead_;
    all.resize(bytes);
    return all;
}

std::string Socket::read_until(std::string_view mark) {
    std::string all;
    std::size_t at = std::string::npos;
    while ((at = all.find(mark)) == std::string::npos) {
        const std::string more = read();
        if (more.empty()) return all;
        all += more;
    }
    ahead_ = all.substr(at + mark.size()) + ahead_;
    all.resize(at + mark.size());
    return all;
}

std::string Socket::read_to_end(bool* ended) {
    std::string all = std::move(ahead_);
    ahead_.clear();
    std::string more(64 * 1024, '\0');
    error_code error;
    while (!error) all.append(more.data(), receive(more.data(), more.size(), error));
    if (ended) *ended = error == boost::asio::error::eof;
    return all;
}

void Socket::stamp_arrivals() {
    const int on = 1;
    setsockopt(file_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

std::int64_t Socket::take_arrival_ns() {
    std::array<char, 4096> bytes;
    alignas(cmsghdr) std::array<char, 256> control;
    iovec data{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(file_, &message, 0) <= 0) return 0;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec time{};
        std::memcpy(&time, CMSG_DATA(part), sizeof time);
        return time.tv_sec * 1'000'000'000 + time.tv_nsec;
    }
    return 0;
}

void Socket::finish_sending() {
    shutdown(file_, SHUT_WR);
}

void Socket::vanish() {
    sock_filter drop_all = BPF_STMT(BPF_RET | BPF_K, 0);
    const sock_fprog program{1, &drop_all};
    if (setsockopt(file_, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0)
        throw std::runtime_error("cannot drop what comes");
}

void Socket::reset() {
    const linger now{1, 0};
    setsockopt(file_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

void Socket::close() {
    if (file_ >= 0) ::close(std::exchange(file_, -1));
}

void teardown(boost::beast::role_type, Socket& socket, error_code& error) {
    error = {};
    socket.finish_sending();
}

}  // namespace pushbench::contract
