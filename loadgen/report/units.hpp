#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// The factor from a value written in `written` to one in `unit`, both as in "50ms" and "us". Empty where the
/// two do not measure the same. An empty `written` is the unit itself.
std::optional<double> unit_factor(std::string_view written, std::string_view unit);

/// What may be written behind a value of that unit, for a message: "ns, us, ms, s, m or h".
std::string units_for(std::string_view unit);

/// Times and bytes have several units that all look likely, so that a bare number does not say enough.
bool needs_unit(std::string_view unit);

/// For people: "63.2 ms", "8.70 KiB", "12 %", "0.31 cores", "5".
std::string format_value(double value, std::string_view unit);

}  // namespace pushbench::loadgen
