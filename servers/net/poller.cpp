#include "net/poller.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace pushbench {
namespace {

int make_epoll() {
    const int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot make an epoll");
    return fd;
}

}  // namespace

Poller::Poller(boost::asio::io_context& io, const SocketCalls& calls)
    : calls_(calls), epoll_(io, make_epoll()) {
    wait();
}

bool Poller::watch(int fd, Pollable& owner) {
    const auto place = static_cast<std::size_t>(fd);
    if (place >= owners_.size()) owners_.resize(std::max(place + 1, owners_.size() + owners_.size() / 2));
    owners_[place] = &owner;
    epoll_event event{};
    event.events = kEvents;
    event.data.fd = fd;
    return epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::dismiss(int fd) {
    forget(fd);
    epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, fd, nullptr);
}

void Poller::ask_again(int fd) {
    epoll_event event{};
    event.events = kEvents;
    event.data.fd = fd;
    epoll_ctl(epoll_.native_handle(), EPOLL_CTL_MOD, fd, &event);
}

void Poller::wait() {
    epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this](const boost::system::error_code& error) {
                          if (error) return;
                          tell_owners();
                          wait();
                      });
}

/// One call's worth, then timers and wake-ups have their turn. Who is told may close any file, whose owner is
/// then told nothing more. Its number is not given to another meanwhile: that takes a handler of its own.
void Poller::tell_owners() {
    const int ready = epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
    for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events_[static_cast<std::size_t>(i)];
        if (Pollable* owner = owners_[static_cast<std::size_t>(event.data.fd)])
            owner->on_events(event.events);
    }
}

}  // namespace pushbench
