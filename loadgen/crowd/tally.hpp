#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/crowd/counters.hpp"
#include "loadgen/crowd/heard.hpp"
#include "loadgen/crowd/recorder.hpp"
#include "loadgen/crowd/slices.hpp"
#include "loadgen/crowd/subscriber.hpp"
#include "loadgen/message/reader.hpp"

namespace pushbench::loadgen {

/// What one worker has counted and measured: it turns what comes into ledgers, histograms and counters, and
/// knows nothing of sockets. For the worker's thread only, but for delivered() and heard().
class Tally {
 public:
    /// `topics` outlives it.
    Tally(const std::vector<std::string>& topics, MessageKind messages, std::int64_t ahead_ns = 0)
        : topics_{topics}, reader_{messages}, ahead_ns_{ahead_ns} {}

    /// What was measured so far goes, some megabytes, and nothing is recorded until counting begins.
    void clear_records() {
        recorder_.clear();
        records_ = false;
    }
    /// From now on the notifications that are counted are others. The records should have been cleared
    /// before.
    void begin_counting(FanoutTracker* fanout, std::int64_t time_ns);
    /// A whole message. `kernel_ns` is when the kernel had its bytes; 0: not known.
    void deliver(Subscriber& to, std::string_view message, std::int64_t received_ns,
                 std::int64_t kernel_ns = 0);
    /// What came whole and is no message.
    void other(std::string_view what);
    /// Cuts what is counted into slices, from `origin_ns` on; and the end of that.
    void begin_slices(std::int64_t origin_ns, std::int64_t step_ns);
    void end_slices(std::int64_t time_ns);
    /// Whether times of responses are recorded; from nothing on.
    void time_responses(bool on);
    /// A poll has its whole answer.
    void answer(Link& link, bool empty, std::int64_t received_ns);
    void set_in_flight(Link& link, bool in_flight, std::int64_t time_ns);
    /// What follows happened at `time_ns`: it belongs to that slice, and the integral of the requests in
    /// flight is that of now.
    void bring_up(std::int64_t time_ns);

    [[nodiscard]] const Recorder& recorder() const { return recorder_; }
    [[nodiscard]] const std::vector<Slice>& slices() const { return slices_.all(); }
    // Any thread, at any time.
    [[nodiscard]] std::int64_t delivered() const { return delivered_.load(std::memory_order_relaxed); }
    [[nodiscard]] const HearingSoFar& heard() const { return heard_; }

    Counters counters;

 private:
    void take_stamps(Subscriber& to, std::string_view message, std::int64_t received_ns);
    void take(Subscriber& to, const Stamp& stamp, std::int64_t received_ns);
    void count_delivery();
    void fault(std::int64_t& counter, std::string_view message);

    const std::vector<std::string>& topics_;
    MessageReader reader_;
    std::int64_t ahead_ns_;  ///< of the stamps' clock is ours
    Recorder recorder_;
    Slices slices_;
    HearingSoFar heard_;
    FanoutTracker* fanout_ = nullptr;
    bool records_ = true;
    std::int64_t counting_since_ns_ = 0;
    bool times_responses_ = false;
    std::int64_t in_flight_ = 0;
    std::int64_t in_flight_since_ns_ = 0;
    std::atomic<std::int64_t> delivered_{0};
};

}  // namespace pushbench::loadgen
