#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "net/limits.hpp"

namespace pushbench {

/// A count that one thread writes and any thread may read.
class Counter {
 public:
    void add(std::uint64_t n) { value_.store(get() + n, std::memory_order_relaxed); }
    void subtract(std::uint64_t n) { value_.store(get() - n, std::memory_order_relaxed); }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<std::uint64_t> value_{0};
};

/// Somebody who is there, for as long as a counter counts them. They may leave before they are destroyed.
class CountGuard {
 public:
    /// Without a counter: nobody counts.
    explicit CountGuard(Counter* counter) : counter_(counter) {
        if (counter_) counter_->add(1);
    }
    ~CountGuard() { leave(); }
    CountGuard(const CountGuard&) = delete;
    CountGuard& operator=(const CountGuard&) = delete;

    void leave() {
        if (counter_) counter_->subtract(1);
        counter_ = nullptr;
    }

 private:
    Counter* counter_;
};

/// What one reactor thread has done. One set a thread, so that counting costs a plain store.
struct Counters {
    Counter connections;  ///< open now
    Counter refusing;     ///< open only to be told that there are too many
    Counter accepted;
    Counter refused;      ///< over a limit, or by origin
    Counter requests;     ///< HTTP requests on the listen port
    Counter empty_polls;  ///< 204 answers
    Counter deliveries;   ///< notifications handed to the kernel as a whole, per subscriber
    Counter writes;       ///< write calls that took something
    Counter bytes_sent;
    Counter heartbeats;                      ///< sent to streams that had been silent
    Counter gaps;                            ///< subscribers told that history was lost
    Counter notifications;                   ///< appended to this thread's logs
    std::array<Counter, kReasons> refusals;  ///< by Reason
};

}  // namespace pushbench
