#include "loadgen/trial/settings.hpp"

#include <algorithm>
#include <cmath>

namespace pushbench::loadgen {

std::int64_t notifications_asked(const Settings& settings) {
    const std::chrono::duration<double> time = lead_in(settings) + settings.duration;
    return std::max(1LL, std::llround(settings.rate_per_s * time.count()));
}

}  // namespace pushbench::loadgen
