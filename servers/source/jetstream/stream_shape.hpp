#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pushbench::jetstream {

/// What of a stream's configuration matters here.
struct StreamShape {
    bool keeps_to_limits = true;  ///< its retention: other ones drop what was read once
    bool is_mirror = false;       ///< of another stream, or gathers several: nothing can be published to it
    bool is_sealed = false;
    std::vector<std::string> subjects{};
    std::int64_t max_age_ns = 0;  ///< 0: for ever
};

/// Why a stream of this shape cannot be the source, and what would be right, in one line. Empty: it can.
std::string problem_of(const std::string& stream, const StreamShape& shape);

}  // namespace pushbench::jetstream
