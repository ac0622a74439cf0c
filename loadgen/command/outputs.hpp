#pragma once

#include <span>

#include "loadgen/command/options.hpp"
#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// Throws Failure where two outputs have one place: the later would be written over the earlier.
void check_outputs_apart(const OutputFiles& files);
/// What takes minutes to measure is not lost because of a mistyped folder: throws Failure where one of the
/// files that were asked for cannot be written.
void check_outputs(const OutputFiles& files);

/// Holds the result against its thresholds, writes the summary and all files, each whatever became of the
/// others, and says what did not hold. Gives what to exit with: 0, 1 where something could not be written,
/// or 3.
int write_outputs(const Options& options, const Result& result);

}  // namespace pushbench::loadgen
