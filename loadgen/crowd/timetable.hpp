#pragma once

#include <cstdint>

namespace pushbench::loadgen {

/// When the turns of a client are, whatever the answers do: at `origin + phase + k·interval`. A short-polling
/// one asks then, a long poll that is parked until then comes back.
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

/// When the turns of client `index` are, of what all clients do once an interval.
inline Timetable timetable_of(std::uint32_t index, std::uint64_t seed, std::int64_t origin_ns,
                              std::int64_t interval_ns) {
    const double phase_ns = phase_share(index, seed) * static_cast<double>(interval_ns);
    return {origin_ns + static_cast<std::int64_t>(phase_ns), interval_ns};
}

}  // namespace pushbench::loadgen
