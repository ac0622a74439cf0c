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

/// What a loop has done with its time since it began, and how busy it was at its busiest.
struct LoopUse {
    std::int64_t work_ns = 0;  ///< in handlers and tasks
    std::int64_t look_ns = 0;  ///< awake, looking for the next event, with nothing to do
    /// Of slices of about 100 ms, the largest share of work since the last reset: a reader that has two busy
    /// milliseconds in twenty is busy while they last, whatever its second looks like.
    double busiest_share = 0;
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
    /// From any thread: runs `task` in the loop's own, not before `due_ns`.
    void post(std::function<void()> task, std::int64_t due_ns = 0);
    /// From any thread: run() returns.
    void stop();
    void run();
    // Within a task or a handler only.
    [[nodiscard]] LoopUse use() const;
    /// The busiest share begins anew.
    void reset_busiest();

 private:
    struct Timer {
        std::int64_t due_ns;
        std::uint32_t who;
        bool operator>(const Timer& other) const { return due_ns > other.due_ns; }
    };

    struct Task {
        std::function<void()> run;
        std::int64_t due_ns;
    };

    int wait(epoll_event* events, int capacity);
    int look(epoll_event* events, int capacity);
    int sleep(epoll_event* events, int capacity);
    void set_alarm(std::int64_t time_ns);
    void handle(const epoll_event* events, int count);
    void run_timers();
    void run_tasks();
    void account(std::int64_t begin_ns, std::int64_t end_ns);
    [[nodiscard]] double slice_share() const;
    void end_slice(std::int64_t next_begin_ns);

    EventHandler& handler_;
    std::int64_t awake_ns_;
    int epoll_fd_;
    int wake_fd_;
    int alarm_fd_;               ///< a timerfd; -1: none is to be had here
    std::int64_t alarm_ns_ = 0;  ///< what it is set to, or was
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::int64_t next_sweep_ns_;
    std::int64_t now_ns_ = 0;  ///< when the clock was read last; 0: too long ago
    bool stopped_ = false;     ///< touched by the loop's thread only
    LoopUse use_;
    std::int64_t slice_begin_ns_ = 0;
    std::int64_t slice_begin_cpu_ns_ = 0;
    std::int64_t slice_work_ns_ = 0;
    std::mutex tasks_mutex_;
    std::vector<Task> tasks_;
};

}  // namespace pushbench::loadgen
