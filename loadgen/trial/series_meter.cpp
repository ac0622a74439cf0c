#include "loadgen/trial/series_meter.hpp"

#include <pthread.h>

#include <chrono>

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

void SeriesMeter::begin(std::int64_t origin_ns, std::int64_t step_ns) {
    stop();
    step_ns_ = step_ns;
    moments_.clear();
    moments_.push_back(moment(origin_ns));
    crew_.begin_slices(origin_ns, step_ns);
    stop_ = false;
    thread_ = std::thread{[this, origin_ns] { run(origin_ns); }};
}

Series SeriesMeter::end(std::int64_t end_ns, bool shared_topics) {
    stop();
    moments_.push_back(moment(end_ns));
    return make_series(crew_.end_slices(end_ns), moments_, step_ns_, shared_topics);
}

Moment SeriesMeter::moment(std::int64_t time_ns) const {
    Moment now = look_();
    now.time_ns = time_ns;
    now.ready = crew_.ready();
    return now;
}

void SeriesMeter::run(std::int64_t origin_ns) {
    pthread_setname_np(pthread_self(), "series");
    std::unique_lock lock{mutex_};
    for (std::int64_t due_ns = origin_ns + step_ns_;; due_ns += step_ns_) {
        const std::chrono::nanoseconds left{due_ns - now_ns()};
        if (changed_.wait_for(lock, left, [this] { return stop_; })) return;
        moments_.push_back(moment(now_ns()));
    }
}

void SeriesMeter::stop() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

}  // namespace pushbench::loadgen
