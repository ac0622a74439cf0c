#include "loadgen/crowd/event_loop.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::uint32_t wake_up = UINT32_MAX;

}  // namespace

EventLoop::EventLoop(EventHandler& handler, std::int64_t awake_ns)
    : handler_{handler},
      awake_ns_{awake_ns},
      epoll_fd_{epoll_create1(EPOLL_CLOEXEC)},
      wake_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)},
      next_sweep_ns_{now_ns() + ns_per_s} {
    if (epoll_fd_ < 0 || wake_fd_ < 0 || !watch(wake_fd_, wake_up))
        throw std::system_error(errno, std::generic_category(), "cannot make an epoll set");
}

EventLoop::~EventLoop() {
    close(wake_fd_);
    close(epoll_fd_);
}

namespace {

bool set_edges(int epoll_fd, int operation, int fd, std::uint32_t who) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.u32 = who;
    return epoll_ctl(epoll_fd, operation, fd, &event) == 0;
}

}  // namespace

bool EventLoop::watch(int fd, std::uint32_t who) {
    return set_edges(epoll_fd_, EPOLL_CTL_ADD, fd, who);
}

bool EventLoop::watch_again(int fd, std::uint32_t who) {
    return set_edges(epoll_fd_, EPOLL_CTL_MOD, fd, who);
}

void EventLoop::at(std::int64_t due_ns, std::uint32_t who) {
    timers_.push({due_ns, who});
}

void EventLoop::post(std::function<void()> task) {
    {
        const std::lock_guard lock{tasks_mutex_};
        tasks_.push_back(std::move(task));
    }
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then the loop is awake anyway.
    [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

void EventLoop::stop() {
    post([this] { stopped_ = true; });
}

/// Who sleeps between two deliveries of one burst makes the sender wake it for each: on one machine that is
/// an interrupt to the other core, and it came to as much as the delivery itself. Whether a reader slept was
/// a matter of who happened to be the faster, so that the same trial cost 7 µs a delivery or 13. Over a
/// network the sender pays nothing of it. So the reader stays awake until a burst is surely over.
int EventLoop::look(epoll_event* events, int capacity) {
    const std::int64_t until_ns = now_ns() + awake_ns_;
    std::int64_t now = until_ns - awake_ns_;
    while (now < until_ns) {
        const int count = epoll_wait(epoll_fd_, events, capacity, 0);
        if (count != 0) return count;
        now = now_ns();
        if (!timers_.empty() && timers_.top().due_ns <= now) return 0;
    }
    return 0;
}

int EventLoop::wait(epoll_event* events, int capacity) {
    if (awake_ns_ > 0)
        if (const int count = look(events, capacity); count != 0) return count;
    std::int64_t until_ns = next_sweep_ns_;
    if (!timers_.empty()) until_ns = std::min(until_ns, timers_.top().due_ns);
    const std::int64_t left_ns = std::max<std::int64_t>(0, until_ns - now_ns());
    if (!coarse_wait_) {
        const timespec left{left_ns / ns_per_s, left_ns % ns_per_s};
        const int count = epoll_pwait2(epoll_fd_, events, capacity, &left, nullptr);
        if (count >= 0 || errno != ENOSYS) return count;
        coarse_wait_ = true;
    }
    return epoll_wait(epoll_fd_, events, capacity, static_cast<int>((left_ns + ns_per_ms - 1) / ns_per_ms));
}

void EventLoop::run_timers() {
    const std::int64_t now = now_ns();
    while (!timers_.empty() && timers_.top().due_ns <= now) {
        const Timer timer = timers_.top();
        timers_.pop();
        handler_.on_timer(timer.who, timer.due_ns);
    }
    if (now < next_sweep_ns_) return;
    next_sweep_ns_ = now + ns_per_s;
    handler_.on_sweep(now);
}

void EventLoop::run_tasks() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = read(wake_fd_, &count, sizeof count);
    std::vector<std::function<void()>> tasks;
    {
        const std::lock_guard lock{tasks_mutex_};
        tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task();
}

void EventLoop::run() {
    std::array<epoll_event, 512> events{};
    while (!stopped_) {
        const int count = wait(events.data(), static_cast<int>(events.size()));
        bool woken = false;
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.u32 == wake_up)
                woken = true;
            else
                handler_.on_events(event.data.u32, event.events);
        }
        run_timers();
        if (woken) run_tasks();
    }
}

}  // namespace pushbench::loadgen
