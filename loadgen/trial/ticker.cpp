#include "loadgen/trial/ticker.hpp"

#include <pthread.h>

#include <chrono>
#include <utility>

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

void Ticker::start(const char* name, std::int64_t origin_ns, std::int64_t step_ns,
                   std::function<bool()> tick) {
    stop_ = false;
    thread_ =
        std::thread{[this, origin_ns, step_ns, tick = std::move(tick)] { run(origin_ns, step_ns, tick); }};
    pthread_setname_np(thread_.native_handle(), name);
}

void Ticker::run(std::int64_t origin_ns, std::int64_t step_ns, const std::function<bool()>& tick) {
    std::unique_lock lock{mutex_};
    for (std::int64_t due_ns = origin_ns + step_ns;; due_ns += step_ns) {
        const std::chrono::nanoseconds left{due_ns - now_ns()};
        if (changed_.wait_for(lock, left, [this] { return stop_; })) return;
        if (!tick()) return;
    }
}

void Ticker::stop() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

}  // namespace pushbench::loadgen
