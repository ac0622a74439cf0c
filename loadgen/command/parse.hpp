#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace pushbench::loadgen {

/// "10s", "250ms", "1m", "1.5s", "500us", "1h", and "0". Any other bare number does not say what it counts.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// "0", "1,3", "0-2,5": CPU numbers, without repeats. Empty if it is no such list.
std::vector<int> parse_cpus(std::string_view text);

}  // namespace pushbench::loadgen
