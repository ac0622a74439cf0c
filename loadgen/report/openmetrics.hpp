#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace pushbench::loadgen {

/// A result as OpenMetrics text (version 1.0), for whatever collects such files: every figure that it holds,
/// in base units, with HELP from results/schema/; percentiles as summaries; the broken rules; the thresholds.
/// What is null in the result is no sample. Each sample says its transport.
std::string to_openmetrics(const boost::json::object& result);

}  // namespace pushbench::loadgen
