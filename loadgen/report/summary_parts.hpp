#pragma once

#include <string>

#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// Rows of the summary that most trials do not have: empty, or whole lines.
std::string refusals_text(const Result& r);
std::string tls_text(const Result& r);
/// What became of those that were not steady.
std::string behaviour_text(const Result& r);
/// Those that shared the load, and what is known of their clocks.
std::string ranks_text(const Result& r);
/// Where no latency can be told: why, and what would tell it.
std::string no_latency_text(const Result& r);

}  // namespace pushbench::loadgen
