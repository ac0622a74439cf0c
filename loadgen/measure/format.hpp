#pragma once

#include <string>

namespace pushbench::loadgen {

/// "312 ns", "1.27 ms", "2.30 s": three digits that count.
std::string format_us(double us);
/// "512 B", "8.70 KiB", "1.20 MiB".
std::string format_bytes(double bytes);
/// "500,000".
std::string format_count(double count);

}  // namespace pushbench::loadgen
