#include "notify/duration.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace pushbench {

std::optional<std::int64_t> parse_duration_ns(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, double>, 5> kUnits{
        {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(value) || std::signbit(value)) return std::nullopt;
    const std::string_view unit{rest, static_cast<std::size_t>(end - rest)};
    if (unit.empty() && value == 0) return 0;
    for (const auto& [name, unit_ns] : kUnits)
        if (unit == name && value * unit_ns <= 1000 * 3600e9) return std::llround(value * unit_ns);
    return std::nullopt;
}

}  // namespace pushbench
