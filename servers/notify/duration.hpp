#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pushbench {

/// `500us`, `250ms`, `15s`, `1.5m` or `1h` in nanoseconds; `0` needs no unit. Empty if `text` is no such
/// duration, is negative or is longer than 1,000 hours.
std::optional<std::int64_t> parse_duration_ns(std::string_view text);

}  // namespace pushbench
