#include "loadgen/measure/format.hpp"

#include <cmath>
#include <cstdio>

namespace pushbench::loadgen {
namespace {

std::string three_digits(double value, const char* unit) {
    const double size = std::fabs(value);
    const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    char text[48];
    std::snprintf(text, sizeof text, "%.*f %s", decimals, value, unit);
    return text;
}

}  // namespace

std::string format_us(double us) {
    if (std::fabs(us) < 1) return three_digits(us * 1e3, "ns");
    if (std::fabs(us) < 1e3) return three_digits(us, "us");
    if (std::fabs(us) < 1e6) return three_digits(us / 1e3, "ms");
    return three_digits(us / 1e6, "s");
}

std::string format_bytes(double bytes) {
    const double size = std::fabs(bytes);
    if (size < 1024) return three_digits(bytes, "B");
    if (size < 1024.0 * 1024) return three_digits(bytes / 1024, "KiB");
    if (size < 1024.0 * 1024 * 1024) return three_digits(bytes / 1024 / 1024, "MiB");
    return three_digits(bytes / 1024 / 1024 / 1024, "GiB");
}

std::string format_count(double count) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.0f", count);
    std::string text = digits;
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::string printable(std::string_view line) {
    constexpr std::size_t longest = 600;
    constexpr std::size_t kept_at_the_end = 200;  // where our own words stand
    std::string text{line.substr(0, longest)};
    if (line.size() > longest) {
        text.resize(longest - kept_at_the_end);
        text.append(" ... ").append(line.substr(line.size() - kept_at_the_end));
    }
    for (std::size_t at = 0; at != text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const bool c1 = byte >= 0x80 && byte < 0xA0 && at != 0 && text[at - 1] == '\xC2';  // U+0080 to U+009F
        if (byte < 0x20 || byte == 0x7F || c1) text[at] = '.';
        if (c1) text[at - 1] = '.';
    }
    return text;
}

std::string format_cpus(const std::vector<int>& cpus) {
    std::string text;
    for (std::size_t first = 0; first < cpus.size();) {
        std::size_t last = first;
        while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
        if (!text.empty()) text += ',';
        text += std::to_string(cpus[first]);
        if (last != first) text += '-' + std::to_string(cpus[last]);
        first = last + 1;
    }
    return text;
}

}  // namespace pushbench::loadgen
