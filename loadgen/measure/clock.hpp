#pragma once

#include <ctime>

#include <cstdint>

namespace pushbench::loadgen {

/// Nanoseconds on CLOCK_MONOTONIC, the one clock of both processes of a trial. A vDSO call, about 20 ns.
inline std::int64_t now_ns() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

inline constexpr std::int64_t ns_per_us = 1'000;
inline constexpr std::int64_t ns_per_ms = 1'000'000;
inline constexpr std::int64_t ns_per_s = 1'000'000'000;

}  // namespace pushbench::loadgen
