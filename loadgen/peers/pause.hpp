#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>

namespace pushbench::loadgen {

/// Sleeps between two looks for a parcel: shortly at first, since most come at once, then longer and longer.
/// A mailbox cannot wake anybody, and to look without a pause would take a whole CPU.
class Pause {
 public:
    explicit Pause(std::int64_t longest_ns) : longest_ns_{longest_ns} {}
    void take() {
        std::this_thread::sleep_for(std::chrono::nanoseconds{next_ns_});
        next_ns_ = std::min(longest_ns_, next_ns_ + next_ns_ / 2);
    }

 private:
    std::int64_t longest_ns_;
    std::int64_t next_ns_ = 50'000;
};

}  // namespace pushbench::loadgen
