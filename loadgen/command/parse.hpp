#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace pushbench::loadgen {

/// "10s", "250ms", "1m", "1.5s", "500us", "1h", and "0". Any other bare number does not say what it counts.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace pushbench::loadgen
