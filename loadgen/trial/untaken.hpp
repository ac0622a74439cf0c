#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include "loadgen/trial/place.hpp"

namespace pushbench::loadgen {

/// What the target of our publisher did not take, though a later number came: no loss of the subscribers'. So
/// many of each topic, from how many there were then and are now.
inline std::vector<std::uint64_t> untaken_since(const std::vector<std::uint64_t>& then,
                                                const std::vector<std::uint64_t>& now) {
    std::vector<std::uint64_t> untaken(now.size());
    for (std::size_t topic = 0; topic != now.size(); ++topic)
        if (now[topic] > then[topic])  // else some were taken at last, but as those of before
            untaken[topic] = now[topic] - then[topic];
    return untaken;
}

inline std::int64_t notifications_in(const std::vector<std::uint64_t>& untaken) {
    return static_cast<std::int64_t>(std::accumulate(untaken.begin(), untaken.end(), std::uint64_t{0}));
}

/// To the `connections` clients of one rank. Client i of all listens to topic i modulo their number, and the
/// rank has each `ranks`-th of them.
inline std::int64_t deliveries_in(const std::vector<std::uint64_t>& untaken, std::uint32_t connections,
                                  const Place& place) {
    if (notifications_in(untaken) == 0) return 0;
    std::uint64_t sum = 0;
    for (std::uint64_t k = 0; k != connections; ++k)
        sum += untaken[(place.rank + k * place.ranks) % untaken.size()];
    return static_cast<std::int64_t>(sum);
}

}  // namespace pushbench::loadgen
