#include <cmath>

#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {

json::value rounded(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return nullptr;
    return std::round(*value * 1e6) / 1e6;
}

json::value ratio(std::optional<double> value, double by) {
    if (!value || by == 0) return nullptr;
    return rounded(*value / by);
}

json::value in_us(std::optional<std::int64_t> ns) {
    if (!ns) return nullptr;
    return rounded(static_cast<double>(*ns) / 1e3);
}

}  // namespace pushbench::loadgen
