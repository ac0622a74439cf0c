#include "loadgen/report/units.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "loadgen/measure/format.hpp"

namespace pushbench::loadgen {
namespace {

struct Unit {
    std::string_view written;
    std::string_view of;  ///< what it measures
    double size;          ///< in the smallest common measure of its kind
};

constexpr double kib = 1024;
constexpr std::array units = {
    Unit{"ns", "time", 1},
    Unit{"us", "time", 1e3},
    Unit{"µs", "time", 1e3},
    Unit{"ms", "time", 1e6},
    Unit{"s", "time", 1e9},
    Unit{"m", "time", 60e9},
    Unit{"h", "time", 3600e9},
    Unit{"B", "bytes", 1},
    Unit{"bytes", "bytes", 1},
    Unit{"kB", "bytes", 1e3},
    Unit{"KiB", "bytes", kib},
    Unit{"MB", "bytes", 1e6},
    Unit{"MiB", "bytes", kib* kib},
    Unit{"GB", "bytes", 1e9},
    Unit{"GiB", "bytes", kib* kib* kib},
    Unit{"ratio", "ratio", 100},
    Unit{"%", "ratio", 1},
    Unit{"cores", "cores", 1},
    Unit{"ppm", "ppm", 1},
    Unit{"per_s", "per second", 1},
    Unit{"/s", "per second", 1},
    Unit{"per_minute", "per minute", 1},
    Unit{"/min", "per minute", 1},
};

const Unit* find(std::string_view written) {
    for (const Unit& unit : units)
        if (unit.written == written) return &unit;
    return nullptr;
}

std::string_view measures(std::string_view unit) {
    const Unit* found = find(unit);
    return found == nullptr ? std::string_view{} : found->of;
}

std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

}  // namespace

std::optional<double> unit_factor(std::string_view written, std::string_view unit) {
    if (written.empty()) return 1;
    const Unit* from = find(written);
    const Unit* to = find(unit);
    if (from == nullptr || to == nullptr || from->of != to->of) return std::nullopt;
    return from->size / to->size;
}

std::string units_for(std::string_view unit) {
    const std::string_view kind = measures(unit);
    if (kind == "time") return "ns, us, ms, s, m or h";
    if (kind == "bytes") return "B, kB, KiB, MB, MiB, GB or GiB";
    if (kind == "ratio") return "% or nothing";
    if (kind == "cores") return "cores or nothing";
    if (kind == "ppm") return "ppm or nothing";
    if (kind == "per second") return "/s or nothing";
    if (kind == "per minute") return "/min or nothing";
    return "no unit";
}

bool needs_unit(std::string_view unit) {
    return measures(unit) == "time" || measures(unit) == "bytes";
}

std::string format_value(double value, std::string_view unit) {
    const std::string_view kind = measures(unit);
    if (kind == "time") return format_us(value * unit_factor(unit, "us").value_or(1));
    if (kind == "bytes") return format_bytes(value);
    if (kind == "ratio") return number(value * 100) + " %";
    if (kind == "cores") return number(value) + " cores";
    if (kind == "ppm") return number(value) + " ppm";
    if (kind == "per second") return number(value) + "/s";
    if (kind == "per minute") return number(value) + "/min";
    return value == std::floor(value) ? format_count(value) : number(value);
}

}  // namespace pushbench::loadgen
