#pragma once

#include <sched.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "loadgen/measure/histogram.hpp"

namespace pushbench::loadgen {

/// A thread that does nothing but wake up every 2 ms and note how late it was: what a machine, a
/// hypervisor or a neighbour adds to every latency measured on these cores (after Gil Tene's jHiccup). It
/// asks for real-time priority, so that it measures the machine and not its place in the queue behind the
/// very programs that are measured; where that is refused, the delay holds that queue as well.
class HiccupThread {
 public:
    explicit HiccupThread(const cpu_set_t& cpus);
    ~HiccupThread();
    HiccupThread(const HiccupThread&) = delete;
    HiccupThread& operator=(const HiccupThread&) = delete;

    /// Forgets what it has noted so far.
    void reset();
    [[nodiscard]] Histogram delays();
    /// How often it woke up since, and so took a core from whoever ran there.
    [[nodiscard]] std::uint64_t wakeups();
    [[nodiscard]] const cpu_set_t& cpus() const { return cpus_; }
    /// Whether it got the priority that it asked for.
    [[nodiscard]] bool real_time() const { return real_time_; }

 private:
    void run();

    cpu_set_t cpus_;
    std::mutex mutex_;
    Histogram delays_;
    std::uint64_t wakeups_ = 0;
    std::atomic<bool> stop_{false};
    std::atomic<bool> real_time_{false};
    std::thread thread_;
};

}  // namespace pushbench::loadgen
