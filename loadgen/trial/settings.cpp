#include "loadgen/trial/settings.hpp"

#include <algorithm>
#include <cmath>

namespace pushbench::loadgen {

std::chrono::nanoseconds series_step(const Settings& settings) {
    using std::chrono::seconds;
    constexpr int most_slices = 3600;
    if (settings.series) return *settings.series;
    return seconds{1 + std::chrono::ceil<seconds>(settings.duration) / seconds{most_slices}};
}

std::int64_t notifications_asked(const Settings& settings) {
    const std::chrono::duration<double> time = lead_in(settings) + settings.duration;
    return std::max(1LL, std::llround(settings.rate_per_s * time.count()));
}

}  // namespace pushbench::loadgen
