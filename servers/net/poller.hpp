#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <vector>

#include "net/socket_calls.hpp"

namespace pushbench {

/// Whoever owns a socket that a Poller watches.
class Pollable {
 public:
    /// `events` as epoll_wait() gives them, see epoll_ctl(2).
    virtual void on_events(std::uint32_t events) = 0;

 protected:
    ~Pollable() = default;
};

/// Tells the owners of one thread's sockets when these can be read or written.
///
/// An epoll of our own, which Asio's reactor waits for like for any file. Asio's sockets would cost each
/// connection two allocations, and each wait for the next bytes one more and a system call to re-arm. Here a
/// socket is watched once, by edges, and nothing is re-armed.
class Poller {
 public:
    /// `calls` are those of all the sockets that it watches; they outlive it. A thread that speaks TLS on one
    /// port and not on another has a poller for each.
    explicit Poller(boost::asio::io_context& io, const SocketCalls& calls = kKernelCalls);

    const SocketCalls& calls() const { return calls_; }

    /// Watches a non-blocking socket. False, with errno, where the kernel refuses.
    bool watch(int fd, Pollable& owner);
    /// Another owner from now on; costs no system call.
    void hand_over(int fd, Pollable& owner) { owners_[static_cast<std::size_t>(fd)] = &owner; }
    /// Before the socket is closed, by which it leaves the epoll as well.
    void forget(int fd) { owners_[static_cast<std::size_t>(fd)] = nullptr; }
    /// Leaves the epoll, and stays open.
    void dismiss(int fd);
    /// Tells its owner once more what the socket is ready for, after the others have had their turn.
    void ask_again(int fd);

 private:
    /// By edges: told once when it happens, never while it lasts.
    static constexpr std::uint32_t kEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

    void wait();
    void tell_owners();

    const SocketCalls& calls_;
    boost::asio::posix::stream_descriptor epoll_;
    std::vector<Pollable*> owners_;  // by file; a closed one has none, so nobody is told of it any more
    /// As many as Asio's own reactor takes in a turn: what is due to be published waits for no more.
    std::array<epoll_event, 128> events_;
};

}  // namespace pushbench
