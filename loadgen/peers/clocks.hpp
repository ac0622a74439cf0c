#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace pushbench::loadgen {

/// A question by our clock, the other's clock when it answered, and the answer by our clock again.
struct PingPong {
    std::int64_t sent_ns = 0;
    std::int64_t answered_ns = 0;
    std::int64_t received_ns = 0;
};

/// How much more the other's clock shows than ours, and how far off that may be.
struct ClockOffset {
    std::int64_t ahead_ns = 0;
    std::int64_t bound_ns = 0;

    bool operator==(const ClockOffset&) const = default;
};

/// The other answered some time between question and answer, so each exchange bounds the offset from both
/// sides, whatever the network does to either way. It lies where all of these overlap. Empty without any.
[[nodiscard]] std::optional<ClockOffset> clock_offset(std::span<const PingPong> exchanges);

/// The same over a time in which the clocks may have gone apart: what was known at its beginning is used
/// throughout, and the bound holds for its end as well.
[[nodiscard]] ClockOffset over_time(const ClockOffset& begin, const ClockOffset& end);

}  // namespace pushbench::loadgen
