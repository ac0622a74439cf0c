#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

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

/// How many are there now. Who comes may be counted by another thread than who goes.
class Gauge {
 public:
    void add(std::uint64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    void subtract(std::uint64_t n) { value_.fetch_sub(n, std::memory_order_relaxed); }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
    std::atomic<std::uint64_t> value_{0};
};

/// Somebody who is there, for as long as a gauge counts them: once, whoever owns them meanwhile. They may
/// leave before they are destroyed.
class CountGuard {
 public:
    /// Without a gauge: nobody counts.
    explicit CountGuard(Gauge* gauge = nullptr) : gauge_(gauge) {
        if (gauge_) gauge_->add(1);
    }
    CountGuard(CountGuard&& other) noexcept : gauge_(std::exchange(other.gauge_, nullptr)) {}
    CountGuard& operator=(CountGuard&&) = delete;
    ~CountGuard() { leave(); }

    void leave() {
        if (gauge_) gauge_->subtract(1);
        gauge_ = nullptr;
    }

 private:
    Gauge* gauge_;
};

/// What one reactor thread has done. One set a thread, so that counting costs a plain store.
struct Counters {
    Gauge connections;  ///< open now, from the moment that they are accepted
    Gauge refusing;     ///< open only to be told that there are too many
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
