#pragma once

#include <cstdint>
#include <vector>

namespace pushbench::loadgen {

/// How long a server went on holding clients that had vanished.
struct Held {
    std::vector<double> held_s;   ///< of each that it has let go, rising
    std::int64_t still_held = 0;  ///< when looking ended
    double looked_s = 0;          ///< for how long
};

}  // namespace pushbench::loadgen
