#pragma once

#include <span>

#include "loadgen/command/options.hpp"
#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// What takes minutes to measure is not lost because of a mistyped folder: throws Failure where one of the
/// files that were asked for cannot be written.
void check_outputs(const Options& options);

/// Holds the result against its thresholds, writes the summary and all files, each whatever became of the
/// others, and says what did not hold. Gives what to exit with: 0, 1 where something could not be written,
/// or 3.
int write_outputs(const Options& options, const Result& result);

}  // namespace pushbench::loadgen
