#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushbench::loadgen {

/// "10s", "250ms", "1m", "1.5s", "500us", "1h", and "0". Any other bare number does not say what it counts.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// "0", "1,3", "0-2,5": CPU numbers, without repeats. Empty if it is no such list.
std::vector<int> parse_cpus(std::string_view text);

/// For use in a URL's query (RFC 3986 §2.1).
std::string percent_encoded(std::string_view text);

/// "312 ns", "1.27 ms", "2.30 s": three digits that count.
std::string format_us(double us);
/// "512 B", "8.70 KiB", "1.20 MiB".
std::string format_bytes(double bytes);
/// "500,000".
std::string format_count(double count);

}  // namespace pushbench::loadgen
