#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/set.hpp>
#include <cstdint>

namespace pushbench {

/// Something that happens once, at a time. Its owner sets it through a TimerQueue; it leaves the queue by
/// itself when it is destroyed.
class Timer
    : public boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
    virtual void on_timer() = 0;

 protected:
    ~Timer() = default;

 private:
    friend class TimerQueue;
    std::int64_t deadline_ns_ = 0;  // when it is to happen
    std::int64_t queued_ns_ = 0;    // where it stands in the queue: never later than the deadline
};

/// All timeouts of one thread behind one operating-system timer: an idle connection costs a tree node it
/// already contains, and moving a deadline away, which every request does, costs a store.
class TimerQueue {
 public:
    explicit TimerQueue(boost::asio::io_context& io) : wake_up_(io) {}

    /// Replaces the timer's deadline, nanoseconds on CLOCK_MONOTONIC.
    void set(Timer& timer, std::int64_t deadline_ns);
    static void cancel(Timer& timer);
    /// Forgets every timer and lets the reactor run dry.
    void stop();

 private:
    struct Earlier {
        bool operator()(const Timer& a, const Timer& b) const { return a.queued_ns_ < b.queued_ns_; }
    };
    using Queue = boost::intrusive::multiset<Timer, boost::intrusive::compare<Earlier>,
                                             boost::intrusive::constant_time_size<false>>;
    void wait();
    void run_due();

    boost::asio::steady_timer wake_up_;
    std::int64_t waiting_for_ns_ = INT64_MAX;
    bool stopped_ = false;
    Queue queue_;
};

}  // namespace pushbench
