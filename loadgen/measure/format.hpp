#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pushbench::loadgen {

/// "312 ns", "1.27 ms", "2.30 s": three digits that count.
std::string format_us(double us);
/// "512 B", "8.70 KiB", "1.20 MiB".
std::string format_bytes(double bytes);
/// "500,000".
std::string format_count(double count);
/// A line that holds words of a peer, fit for a terminal: control characters, also those of C1 in UTF-8, are
/// dots, and of what is longer than 600 bytes the middle is left out.
std::string printable(std::string_view line);
/// "0-3,6", of rising numbers.
std::string format_cpus(const std::vector<int>& cpus);

}  // namespace pushbench::loadgen
