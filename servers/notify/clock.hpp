#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace pushbench {

/// Nanoseconds on CLOCK_MONOTONIC, which libstdc++'s steady_clock reads. All processes of one host share it.
inline std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Where time is injected, so that tests own it.
using Clock = std::function<std::int64_t()>;

}  // namespace pushbench
