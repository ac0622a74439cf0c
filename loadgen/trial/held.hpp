#pragma once

#include <cstdint>
#include <vector>

namespace pushbench::loadgen {

/// How long a server went on holding clients that had vanished.
struct Held {
    std::vector<double> held_s;   ///< of each that it has let go, rising
    std::int64_t still_held = 0;  ///< when looking ended
    double looked_s = 0;          ///< for how long

    /// By when half of those that it has let go were; some were.
    [[nodiscard]] double median_s() const { return held_s[(held_s.size() - 1) / 2]; }
};

}  // namespace pushbench::loadgen
