#pragma once

#include <cstdint>
#include <string_view>

namespace pushbench::loadgen {

/// What a message says of itself: which notification it is, and when that was due and sent. Times are
/// nanoseconds on CLOCK_MONOTONIC of the host that published it.
struct Stamp {
    std::uint64_t seq = 0;   ///< contiguous within its topic, starts at 1
    std::string_view topic;  ///< unescaped; holds until the reader that gave it reads again
    std::int64_t due_ns = 0;
    std::int64_t sent_ns = 0;
    std::uint64_t epoch = 0;  ///< of its sequence, as a number of its own; 0: the message names none
};

/// What a search for the next stamp of a message has come to.
enum class Find : std::uint8_t {
    found,
    none,      ///< nothing there that means to be one
    malformed  ///< something that means to be one, and is not
};

}  // namespace pushbench::loadgen
