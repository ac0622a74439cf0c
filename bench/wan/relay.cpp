#include "bench/wan/relay.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "loadgen/measure/clock.hpp"
#include "loadgen/wire/socket.hpp"

namespace pushbench::wan {
namespace {

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

void reset(int fd) {
    const linger at_once{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(fd);
}

}  // namespace

Relay::Relay(const Network& network, int listener, loadgen::Address to, std::size_t most_connections,
             std::int64_t late_after_ns)
    : network_(network),
      listener_(listener),
      to_(std::move(to)),
      most_connections_(most_connections),
      epoll_(checked(epoll_create1(EPOLL_CLOEXEC), "cannot wait for sockets")),
      timer_(checked(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "cannot make a timer")),
      report_{.late = {loadgen::now_ns(), late_after_ns}} {
    Link::stamp_arrivals(listener_);
    watch(listener_, EPOLLIN | EPOLLET, &listener_);
    watch(timer_, EPOLLIN | EPOLLET, &timer_);
}

Relay::~Relay() {
    ::close(timer_);
    ::close(epoll_);
}

void Relay::watch(int fd, std::uint32_t events, void* what) const {
    epoll_event event{};
    event.events = events;
    event.data.ptr = what;
    checked(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event), "cannot watch a socket");
}

void Relay::run(int stop) {
    int stopped = 0;
    watch(stop, EPOLLIN, &stopped);
    std::array<epoll_event, 256> events;
    for (;;) {
        set_timer();
        const int ready = epoll_wait(epoll_, events.data(), events.size(), -1);
        // What is due goes first: what comes has its whole delay before it.
        move_due();
        for (int i = 0; i < ready; ++i) {
            void* const what = events[static_cast<std::size_t>(i)].data.ptr;
            if (what == &stopped) return;
            if (what == &listener_)
                accept_all();
            else if (what == &timer_)
                timer_set_to_ns_ = DelayLine::kNever;  // it has fired, and tells nothing more
            else
                move(*static_cast<Link*>(what));
        }
        over_.clear();
    }
}

void Relay::accept_all() {
    for (;;) {
        const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) return;
        const int on = 1;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (links_.size() >= most_connections_) {
            ++report_.refused;
            reset(client);
        } else {
            open(client);
        }
    }
}

void Relay::open(int client) {
    const int server = loadgen::start_connect(to_, 0);
    if (server < 0) return reset(client);
    Link::stamp_arrivals(server);
    auto link = std::make_unique<Link>(network_, client, server, loadgen::now_ns());
    Link* const key = link.get();
    links_.emplace(key, std::move(link));
    ++report_.connections;
    report_.most_at_once = std::max(report_.most_at_once, links_.size());
    // By edges: a full line or a full socket is looked at again when it has room, and nothing is re-armed.
    for (const int fd : {client, server}) watch(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, key);
}

void Relay::move(Link& link) {
    const auto found = links_.find(&link);
    if (found == links_.end()) return;  // an earlier event of the same batch ended it
    link.move(buffer_, report_.late);
    if (!link.over()) return keep_time(link);
    due_.erase({link.queued_ns, &link});
    over_.push_back(std::move(found->second));
    links_.erase(found);
}

void Relay::move_due() {
    while (!due_.empty() && due_.begin()->first <= loadgen::now_ns()) move(*due_.begin()->second);
}

/// Where a link stands among all is when its next piece is due.
void Relay::keep_time(Link& link) {
    const std::int64_t next_ns = link.next_ns();
    if (next_ns == link.queued_ns) return;
    due_.erase({link.queued_ns, &link});
    link.queued_ns = next_ns;
    if (next_ns != DelayLine::kNever) due_.insert({next_ns, &link});
}

void Relay::set_timer() {
    const std::int64_t next_ns = due_.empty() ? DelayLine::kNever : due_.begin()->first;
    if (next_ns == timer_set_to_ns_) return;
    timer_set_to_ns_ = next_ns;
    itimerspec when{};  // zero: not set
    if (next_ns != DelayLine::kNever) {
        when.it_value.tv_sec = next_ns / loadgen::ns_per_s;
        when.it_value.tv_nsec = next_ns % loadgen::ns_per_s;
    }
    timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace pushbench::wan
