#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace pushbench::loadgen {

/// Does something again and again at fixed times, from a thread of its own, which sleeps in between.
class Ticker {
 public:
    Ticker() = default;
    ~Ticker() { stop(); }
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

    /// First a step behind `origin_ns`, and so on, until `tick` says that there is no more to do. `name` is
    /// the thread's, 15 bytes at most. It must have been stopped.
    void start(const char* name, std::int64_t origin_ns, std::int64_t step_ns, std::function<bool()> tick);
    /// What `tick` is at it ends.
    void stop();
    /// It was started, and not stopped since.
    [[nodiscard]] bool is_started() const { return thread_.joinable(); }

 private:
    void run(std::int64_t origin_ns, std::int64_t step_ns, const std::function<bool()>& tick);

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace pushbench::loadgen
