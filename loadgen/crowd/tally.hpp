#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/crowd/connection.hpp"
#include "loadgen/crowd/counters.hpp"
#include "loadgen/crowd/recorder.hpp"

namespace pushbench::loadgen {

/// What one worker has counted and measured: it turns what comes into ledgers, histograms and counters, and
/// knows nothing of sockets. For the worker's thread only, but for delivered().
class Tally {
 public:
    /// `topics` outlives it.
    explicit Tally(const std::vector<std::string>& topics) : topics_{topics} {}

    /// From now on the notifications that are counted are others; what is measured begins anew.
    void begin_counting(FanoutTracker* fanout);
    void deliver(Connection& c, std::string_view json, std::int64_t received_ns);
    /// Whether times of responses are recorded; from nothing on.
    void time_responses(bool on);
    /// A poll has its whole answer.
    void answer(Connection& c, bool empty, std::int64_t received_ns);
    void set_in_flight(Connection& c, bool in_flight, std::int64_t time_ns);
    /// The integral of the requests in flight is then that of now.
    void bring_up(std::int64_t time_ns);

    [[nodiscard]] const Recorder& recorder() const { return recorder_; }
    /// Any thread, at any time.
    [[nodiscard]] std::int64_t delivered() const { return delivered_.load(std::memory_order_relaxed); }

    Counters counters;

 private:
    bool read_stamp(const Connection& c, std::string_view json, Stamp& stamp) const;

    const std::vector<std::string>& topics_;
    Recorder recorder_;
    FanoutTracker* fanout_ = nullptr;
    bool times_responses_ = false;
    std::int64_t in_flight_ = 0;
    std::int64_t in_flight_since_ns_ = 0;
    std::atomic<std::int64_t> delivered_{0};
};

}  // namespace pushbench::loadgen
