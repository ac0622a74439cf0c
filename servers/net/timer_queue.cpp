#include "net/timer_queue.hpp"

#include <chrono>

#include "notify/clock.hpp"

namespace pushbench {

void TimerQueue::set(Timer& timer, std::int64_t deadline_ns) {
    timer.deadline_ns_ = deadline_ns;
    // A deadline that moves away leaves the timer where it stands; it is looked at again when its old place
    // is reached.
    if (timer.is_linked() && timer.queued_ns_ <= deadline_ns) return;
    cancel(timer);
    if (stopped_) return;
    timer.queued_ns_ = deadline_ns;
    queue_.insert(timer);
    wait();
}

void TimerQueue::cancel(Timer& timer) {
    if (timer.is_linked()) timer.unlink();
}

void TimerQueue::stop() {
    stopped_ = true;
    queue_.clear();
    wake_up_.cancel();
}

void TimerQueue::wait() {
    if (queue_.empty() || queue_.begin()->queued_ns_ >= waiting_for_ns_) return;
    waiting_for_ns_ = queue_.begin()->queued_ns_;
    wake_up_.expires_at(std::chrono::steady_clock::time_point{std::chrono::nanoseconds{waiting_for_ns_}});
    wake_up_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;  // replaced by an earlier one, or stopped
        waiting_for_ns_ = INT64_MAX;
        run_due();
    });
}

void TimerQueue::run_due() {
    const std::int64_t now = now_ns();
    while (!queue_.empty() && queue_.begin()->queued_ns_ <= now) {
        Timer& timer = *queue_.begin();
        queue_.erase(queue_.begin());
        if (timer.deadline_ns_ > now)
            set(timer, timer.deadline_ns_);
        else
            timer.on_timer();
    }
    wait();
}

}  // namespace pushbench
