#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace pushbench::loadgen {

/// How long to wait before attempt number `attempt` (from 0) to connect again: anything from nothing to a
/// bound that doubles up to `cap_ns` ("full jitter"), so that clients cut off together do not come back
/// together.
template <class Random>
std::int64_t backoff_ns(unsigned attempt, std::int64_t base_ns, std::int64_t cap_ns, Random& random) {
    const std::int64_t bound = attempt >= 20 ? cap_ns : std::min(cap_ns, base_ns << attempt);
    return std::uniform_int_distribution<std::int64_t>{0, std::max<std::int64_t>(0, bound)}(random);
}

}  // namespace pushbench::loadgen
