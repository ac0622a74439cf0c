#pragma once

#include <string>

#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// The result as JSON, indented, with a newline at the end.
std::string to_json_text(const Result& result);

/// What a person reads.
std::string to_summary(const Result& result);

}  // namespace pushbench::loadgen
