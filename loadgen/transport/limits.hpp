#pragma once

#include <cstddef>

namespace pushbench::loadgen {

/// The longest message, event or line that is taken, whoever sends it. A peer that sends more, or without
/// end, is failed with a line instead of filling the memory of the machine that measures.
inline constexpr std::size_t longest_message_bytes = 16 * 1024 * 1024;

}  // namespace pushbench::loadgen
