#pragma once

#include "loadgen/options.hpp"
#include "loadgen/result.hpp"

namespace pushbench::loadgen {

/// Runs one trial from the first connect to the last goodbye. Throws Failure if it cannot begin; what goes
/// wrong later is in the result, with what was measured until then.
Result run_trial(const Options& options);

}  // namespace pushbench::loadgen
