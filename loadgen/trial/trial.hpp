#pragma once

#include "loadgen/trial/onlooker.hpp"
#include "loadgen/trial/result.hpp"
#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// Runs one trial from the first connect to the last goodbye. Throws Failure if it cannot begin; what goes
/// wrong later is in the result, with what was measured until then.
Result run_trial(const Settings& settings, Onlooker& onlooker, const Interrupts& interrupts);

}  // namespace pushbench::loadgen
