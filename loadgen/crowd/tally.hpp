#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/crowd/counters.hpp"
#include "loadgen/crowd/recorder.hpp"
#include "loadgen/crowd/subscriber.hpp"

namespace pushbench::loadgen {

/// What one worker has counted and measured: it turns what comes into ledgers, histograms and counters, and
/// knows nothing of sockets. For the worker's thread only, but for delivered().
class Tally {
 public:
    /// `topics` outlives it.
    explicit Tally(const std::vector<std::string>& topics) : topics_{topics} {}

    /// What was measured so far goes, some megabytes, and nothing is recorded until counting begins.
    void clear_records() {
        recorder_ = Recorder{};
        records_ = false;
    }
    /// From now on the notifications that are counted are others. The records should have been cleared
    /// before.
    void begin_counting(FanoutTracker* fanout);
    void deliver(Subscriber& to, std::string_view json, std::int64_t received_ns);
    /// Whether times of responses are recorded; from nothing on.
    void time_responses(bool on);
    /// A poll has its whole answer.
    void answer(Link& link, bool empty, std::int64_t received_ns);
    void set_in_flight(Link& link, bool in_flight, std::int64_t time_ns);
    /// The integral of the requests in flight is then that of now.
    void bring_up(std::int64_t time_ns);

    [[nodiscard]] const Recorder& recorder() const { return recorder_; }
    /// Any thread, at any time.
    [[nodiscard]] std::int64_t delivered() const { return delivered_.load(std::memory_order_relaxed); }

    Counters counters;

 private:
    bool read_stamp(const Subscriber& to, std::string_view json, Stamp& stamp) const;

    const std::vector<std::string>& topics_;
    Recorder recorder_;
    FanoutTracker* fanout_ = nullptr;
    bool records_ = true;
    bool times_responses_ = false;
    std::int64_t in_flight_ = 0;
    std::int64_t in_flight_since_ns_ = 0;
    std::atomic<std::int64_t> delivered_{0};
};

}  // namespace pushbench::loadgen
