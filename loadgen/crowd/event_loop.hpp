#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <queue>
#include <vector>

namespace pushbench::loadgen {

/// Who is called back. `who` is the number given to watch() or at().
class EventHandler {
 public:
    virtual ~EventHandler() = default;
    virtual void on_events(std::uint32_t who, std::uint32_t events) = 0;
    virtual void on_timer(std::uint32_t who, std::int64_t due_ns) = 0;
    /// About once a second: the place for time limits that need no precision.
    virtual void on_sweep(std::int64_t now_ns) = 0;
};

/// The bare epoll loop of one worker thread. Edge-triggered: a handler reads until a read comes back short.
class EventLoop {
 public:
    /// `awake_ns`: how long it looks for the next event before it sleeps.
    explicit EventLoop(EventHandler& handler, std::int64_t awake_ns = 0);
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    bool watch(int fd, std::uint32_t who);
    /// Reports once more what is there, after what is there of all others.
    bool watch_again(int fd, std::uint32_t who);
    /// Timers are never taken back: whoever no longer wants one ignores it by its time.
    void at(std::int64_t due_ns, std::uint32_t who);
    /// From any thread: runs `task` in the loop's own.
    void post(std::function<void()> task);
    /// From any thread: run() returns.
    void stop();
    void run();

 private:
    struct Timer {
        std::int64_t due_ns;
        std::uint32_t who;
        bool operator>(const Timer& other) const { return due_ns > other.due_ns; }
    };

    int wait(epoll_event* events, int capacity);
    int look(epoll_event* events, int capacity);
    void run_timers();
    void run_tasks();

    EventHandler& handler_;
    std::int64_t awake_ns_;
    int epoll_fd_;
    int wake_fd_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::int64_t next_sweep_ns_;
    bool coarse_wait_ = false;  ///< the kernel knows no epoll_pwait2 (before 5.11)
    bool stopped_ = false;      ///< touched by the loop's thread only
    std::mutex tasks_mutex_;
    std::vector<std::function<void()>> tasks_;
};

}  // namespace pushbench::loadgen
