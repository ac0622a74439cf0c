#include "loadgen/report/hgrm.hpp"

#include <cmath>
#include <cstdio>

namespace pushbench::loadgen {
namespace {

constexpr int ticks_per_half_distance = 5;

template <class... Args>
void append(std::string& out, const char* format, Args... args) {
    char line[160];
    const int length = std::snprintf(line, sizeof line, format, args...);
    out.append(line, static_cast<std::size_t>(length));
}

double as_ms(double ns) {
    return ns / 1e6;
}

}  // namespace

std::string to_hgrm(const Histogram& histogram) {
    std::string out;
    append(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    const auto total = static_cast<double>(histogram.count());
    const auto buckets = histogram.buckets();
    double share = 0;
    std::uint64_t below = 0;
    for (const auto& [value_ns, count] : buckets) {
        below += count;
        const double reached = static_cast<double>(below) / total;
        if (reached < share) continue;
        // One line a bucket at most; where a bucket passes several ticks, the line stands for the last.
        const double value = as_ms(static_cast<double>(value_ns));
        const auto so_far = static_cast<unsigned long long>(below);
        if (below == histogram.count()) {
            append(out, "%12.3f %2.12f %10llu\n", value, 1.0, so_far);
            break;
        }
        append(out, "%12.3f %2.12f %10llu %14.2f\n", value, reached, so_far, 1 / (1 - reached));
        // Ticks lie closer together as the end comes nearer: five to each halving of what is left.
        const double halvings = std::floor(std::log2(1 / (1 - reached))) + 1;
        const double step = 1 / (ticks_per_half_distance * std::exp2(halvings));
        share = (std::floor(reached / step) + 1) * step;
    }
    append(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", as_ms(histogram.mean_ns()),
           as_ms(histogram.deviation_ns()));
    append(out, "#[Max     = %12.3f, Total count    = %12llu]\n",
           as_ms(static_cast<double>(histogram.max_ns())),
           static_cast<unsigned long long>(histogram.count()));
    append(out, "#[Buckets = %12d, SubBuckets     = %12zu]\n", Histogram::bucket_count,
           2 * Histogram::sub_bucket_half_count);
    return out;
}

}  // namespace pushbench::loadgen
