#pragma once

#include <cstdint>
#include <vector>

namespace pushbench::loadgen {

/// What the target of our publisher did not take, though a later number came: no loss of the subscribers'.
struct Untaken {
    std::int64_t notifications = 0;
    std::int64_t deliveries = 0;
};

/// From how many numbers of each topic were not taken up to then and now. Client i of `connections` listens
/// to topic i modulo their number.
inline Untaken untaken_since(const std::vector<std::uint64_t>& then, const std::vector<std::uint64_t>& now,
                             std::uint32_t connections) {
    Untaken sum;
    const std::uint64_t topics = now.size();
    for (std::uint64_t topic = 0; topic != topics; ++topic) {
        if (now[topic] <= then[topic]) continue;  // some were taken at last, but as those of before
        const auto missing = static_cast<std::int64_t>(now[topic] - then[topic]);
        const std::uint64_t listeners = connections / topics + (topic < connections % topics ? 1 : 0);
        sum.notifications += missing;
        sum.deliveries += missing * static_cast<std::int64_t>(listeners);
    }
    return sum;
}

}  // namespace pushbench::loadgen
