#include "loadgen/crowd/event_loop.hpp"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <system_error>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/process.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::uint32_t wake_up = UINT32_MAX;
constexpr std::uint32_t alarm_went_off = UINT32_MAX - 1;
constexpr std::int64_t slice_ns = 100 * ns_per_ms;

}  // namespace

EventLoop::EventLoop(EventHandler& handler, std::int64_t awake_ns)
    : handler_{handler},
      awake_ns_{awake_ns},
      epoll_fd_{epoll_create1(EPOLL_CLOEXEC)},
      wake_fd_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)},
      alarm_fd_{timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)},
      next_sweep_ns_{now_ns() + ns_per_s} {
    if (epoll_fd_ < 0 || wake_fd_ < 0 || !watch(wake_fd_, wake_up))
        throw std::system_error(errno, std::generic_category(), "cannot make an epoll set");
    // Where a container forbids it, each wait would fail at once and for ever.
    epoll_event none{};
    if (epoll_wait(epoll_fd_, &none, 1, 0) < 0 && errno != EINTR)
        throw std::system_error(errno, std::generic_category(), "cannot wait for an epoll set (epoll_wait)");
    if (alarm_fd_ >= 0) watch(alarm_fd_, alarm_went_off);
}

EventLoop::~EventLoop() {
    if (alarm_fd_ >= 0) close(alarm_fd_);
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

void EventLoop::post(std::function<void()> task, std::int64_t due_ns) {
    {
        const std::lock_guard lock{tasks_mutex_};
        tasks_.push_back({std::move(task), due_ns});
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
    const std::int64_t begin_ns = now_ns_;
    const std::int64_t until_ns =
        std::min(begin_ns + awake_ns_, timers_.empty() ? INT64_MAX : timers_.top().due_ns);
    int count = 0;
    while (count == 0 && now_ns_ < until_ns) {
        count = epoll_wait(epoll_fd_, events, capacity, 0);
        now_ns_ = now_ns();
    }
    use_.look_ns += now_ns_ - begin_ns;
    return count;
}

/// A sleep with a time limit sets and takes back a timer of the kernel's each time it is woken, which on a
/// virtual machine is dearer than the read that follows. One timer that stays set costs nothing while it is
/// not due.
int EventLoop::sleep(epoll_event* events, int capacity) {
    std::int64_t until_ns = next_sweep_ns_;
    if (!timers_.empty()) until_ns = std::min(until_ns, timers_.top().due_ns);
    const std::int64_t left_ns = until_ns - now_ns_;
    if (left_ns <= 0) return epoll_wait(epoll_fd_, events, capacity, 0);
    if (alarm_fd_ < 0)  // not on a container's list of what may be called
        return epoll_wait(epoll_fd_, events, capacity,
                          static_cast<int>((left_ns + ns_per_ms - 1) / ns_per_ms));
    if (alarm_ns_ > until_ns || alarm_ns_ <= now_ns_) set_alarm(until_ns);
    return epoll_wait(epoll_fd_, events, capacity, -1);
}

/// Where it goes off too early, for a timer that is over by then, the next sleep sets it anew.
void EventLoop::set_alarm(std::int64_t time_ns) {
    itimerspec once{};
    once.it_value = {time_ns / ns_per_s, time_ns % ns_per_s};
    timerfd_settime(alarm_fd_, TFD_TIMER_ABSTIME, &once, nullptr);
    alarm_ns_ = time_ns;
}

int EventLoop::wait(epoll_event* events, int capacity) {
    if (awake_ns_ > 0)
        if (const int count = look(events, capacity); count != 0) return count;
    const int count = sleep(events, capacity);
    now_ns_ = now_ns();
    return count;
}

void EventLoop::run_timers() {
    now_ns_ = now_ns();
    const std::int64_t now = now_ns_;
    while (!timers_.empty() && timers_.top().due_ns <= now) {
        const Timer timer = timers_.top();
        timers_.pop();
        if (timer.who == wake_up)
            run_tasks();
        else
            handler_.on_timer(timer.who, timer.due_ns);
        now_ns_ = 0;
    }
    if (now < next_sweep_ns_) return;
    next_sweep_ns_ = now + ns_per_s;
    handler_.on_sweep(now);
    now_ns_ = 0;
}

/// Those that are due. Another has a timer, which brings us back here.
void EventLoop::run_tasks() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = read(wake_fd_, &count, sizeof count);
    std::vector<Task> due;
    {
        const std::lock_guard lock{tasks_mutex_};
        const std::int64_t now = now_ns();
        const auto later = std::stable_partition(tasks_.begin(), tasks_.end(),
                                                 [now](const Task& task) { return task.due_ns <= now; });
        for (auto task = later; task != tasks_.end(); ++task) timers_.push({task->due_ns, wake_up});
        due.assign(std::make_move_iterator(tasks_.begin()), std::make_move_iterator(later));
        tasks_.erase(tasks_.begin(), later);
    }
    for (const Task& task : due) task.run();
}

void EventLoop::handle(const epoll_event* events, int count) {
    bool woken = false;
    for (int i = 0; i < count; ++i) {
        if (events[i].data.u32 == wake_up)
            woken = true;
        else if (events[i].data.u32 != alarm_went_off)  // by edges: it need not be read
            handler_.on_events(events[i].data.u32, events[i].events);
    }
    run_timers();
    if (woken) run_tasks();
    if (woken || now_ns_ == 0) now_ns_ = now_ns();
}

/// Work from `begin_ns` to `end_ns`, which may reach over several slices.
void EventLoop::account(std::int64_t begin_ns, std::int64_t end_ns) {
    use_.work_ns += end_ns - begin_ns;
    if (begin_ns >= slice_begin_ns_ + slice_ns) end_slice(begin_ns);
    while (end_ns >= slice_begin_ns_ + slice_ns) {
        const std::int64_t edge_ns = slice_begin_ns_ + slice_ns;
        slice_work_ns_ += edge_ns - begin_ns;
        begin_ns = edge_ns;
        end_slice(edge_ns);
    }
    slice_work_ns_ += end_ns - begin_ns;
}

/// Whoever takes the core away while there is work makes that work longer by the wall's clock, but not more:
/// it is no more than the CPU time that the thread has got.
double EventLoop::slice_share() const {
    const std::int64_t cpu_ns = thread_cpu_ns() - slice_begin_cpu_ns_;
    return static_cast<double>(std::min(slice_work_ns_, cpu_ns)) / slice_ns;
}

/// Behind a rest the next one begins with the work, so that a burst lies in one slice if it fits.
void EventLoop::end_slice(std::int64_t next_begin_ns) {
    use_.busiest_share = std::max(use_.busiest_share, slice_share());
    slice_begin_ns_ = next_begin_ns;
    slice_begin_cpu_ns_ = thread_cpu_ns();
    slice_work_ns_ = 0;
}

LoopUse EventLoop::use() const {
    LoopUse use = use_;
    use.busiest_share = std::max(use.busiest_share, slice_share());
    return use;
}

void EventLoop::reset_busiest() {
    end_slice(slice_begin_ns_);
    use_.busiest_share = 0;
}

void EventLoop::run() {
    std::array<epoll_event, 512> events{};
    now_ns_ = slice_begin_ns_ = now_ns();
    slice_begin_cpu_ns_ = thread_cpu_ns();
    while (!stopped_) {
        const int count = wait(events.data(), static_cast<int>(events.size()));
        const std::int64_t begin_ns = now_ns_;
        handle(events.data(), count);
        account(begin_ns, now_ns_);
    }
}

}  // namespace pushbench::loadgen
