#pragma once

#include <cstdint>

namespace pushbench::loadgen {

/// When a short-polling client asks: at `origin + phase + k·interval`, whatever the answers do.
struct Timetable {
    std::int64_t origin_ns = 0;  ///< phase included
    std::int64_t interval_ns = 1;

    /// The first time after `time_ns` on the table.
    [[nodiscard]] std::int64_t next_after(std::int64_t time_ns) const {
        if (time_ns < origin_ns) return origin_ns;
        return origin_ns + ((time_ns - origin_ns) / interval_ns + 1) * interval_ns;
    }
    /// Entries later than `from_ns` and not later than `to_ns`: those that were skipped.
    [[nodiscard]] std::int64_t between(std::int64_t from_ns, std::int64_t to_ns) const {
        return to_ns <= from_ns ? 0 : (next_after(to_ns) - next_after(from_ns)) / interval_ns;
    }
};

/// Phase of client `index`, as a share of the interval: spread evenly for any number of clients (steps of the
/// golden ratio never clump), shifted as a whole by the seed.
inline double phase_share(std::uint32_t index, std::uint64_t seed) {
    constexpr double golden = 0.61803398874989485;
    const double shift = static_cast<double>(seed * 0x9E3779B97F4A7C15U >> 11U) * 0x1p-53;
    const double at = shift + golden * index;
    return at - static_cast<double>(static_cast<std::int64_t>(at));
}

}  // namespace pushbench::loadgen
