#pragma once

#include <cstdint>

namespace pushbench::loadgen {

/// Where a process stands among those that share a trial.
struct Place {
    std::uint32_t rank = 0;
    std::uint32_t ranks = 1;
    std::uint32_t here = 0;     ///< how many of lower rank run on this machine
    std::int64_t ahead_ns = 0;  ///< how much more our clock shows than that of rank 0

    [[nodiscard]] bool leads() const { return rank == 0; }
    [[nodiscard]] bool is_alone() const { return ranks == 1; }
};

}  // namespace pushbench::loadgen
