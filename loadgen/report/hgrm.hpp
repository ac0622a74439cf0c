#pragma once

#include <string>

#include "loadgen/measure/histogram.hpp"

namespace pushbench::loadgen {

/// The percentile distribution as text, in milliseconds, in the format that HdrHistogram writes
/// (`outputPercentileDistribution`) and its plotters read: usually saved as `.hgrm`.
std::string to_hgrm(const Histogram& histogram);

}  // namespace pushbench::loadgen
