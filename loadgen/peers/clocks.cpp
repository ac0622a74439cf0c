#include "loadgen/peers/clocks.hpp"

#include <algorithm>
#include <cstdlib>

namespace pushbench::loadgen {

std::optional<ClockOffset> clock_offset(std::span<const PingPong> exchanges) {
    if (exchanges.empty()) return std::nullopt;
    std::int64_t least_ns = INT64_MIN;
    std::int64_t most_ns = INT64_MAX;
    for (const PingPong& one : exchanges) {
        least_ns = std::max(least_ns, one.answered_ns - one.received_ns);
        most_ns = std::min(most_ns, one.answered_ns - one.sent_ns);
    }
    // Clocks that drift may leave no overlap by some ns: then the middle is as good, and the gap is the
    // bound.
    const std::int64_t width_ns = std::abs(most_ns - least_ns);
    return ClockOffset{std::min(least_ns, most_ns) + width_ns / 2, (width_ns + 1) / 2};
}

ClockOffset over_time(const ClockOffset& begin, const ClockOffset& end) {
    const std::int64_t apart_ns = std::abs(end.ahead_ns - begin.ahead_ns);
    return {begin.ahead_ns, std::max(begin.bound_ns, apart_ns + end.bound_ns)};
}

}  // namespace pushbench::loadgen
