#pragma once

#include "loadgen/options.hpp"
#include "loadgen/result.hpp"

namespace pushbench::loadgen {

/// Runs one trial from the first connect to the last goodbye. Throws Failure if it cannot begin; what goes
/// wrong later is in the result, with what was measured until then.
Result run_trial(const Options& options);

/// SIGINT and SIGTERM then end a trial early instead of ending the process; a second one does end it.
void catch_interrupts();

}  // namespace pushbench::loadgen
