#include "loadgen/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "notify/duration.hpp"

namespace pushbench::loadgen {
namespace {

std::string three_digits(double value, const char* unit) {
    const double size = std::fabs(value);
    const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    char text[48];
    std::snprintf(text, sizeof text, "%.*f %s", decimals, value, unit);
    return text;
}

bool take_cpu(std::string_view& text, int& cpu) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cpu);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{} && cpu >= 0 && cpu < 1024;
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    const auto ns = parse_duration_ns(text);
    return ns ? std::optional{std::chrono::nanoseconds{*ns}} : std::nullopt;
}

std::vector<int> parse_cpus(std::string_view text) {
    std::vector<int> cpus;
    while (true) {
        int first = 0;
        if (!take_cpu(text, first)) return {};
        int last = first;
        if (text.starts_with('-')) {
            text.remove_prefix(1);
            if (!take_cpu(text, last) || last < first) return {};
        }
        for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
        if (text.empty()) break;
        if (!text.starts_with(',')) return {};
        text.remove_prefix(1);
    }
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    return cpus;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    constexpr std::string_view unreserved = "-._~";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           unreserved.find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += hex[byte >> 4U];
            out += hex[byte & 15U];
        }
    }
    return out;
}

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

}  // namespace pushbench::loadgen
