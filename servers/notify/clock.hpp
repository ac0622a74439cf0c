#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>

namespace pushbench {

/// Nanoseconds on CLOCK_MONOTONIC, which libstdc++'s steady_clock reads. All processes of one host share it.
inline std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// The same clock as it stood at the kernel's last tick, up to 10 ms ago: a fraction of the cost, for what is
/// written down with every delivery and looked at in seconds.
inline std::int64_t coarse_now_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

/// Where time is injected, so that tests own it.
using Clock = std::function<std::int64_t()>;

}  // namespace pushbench
