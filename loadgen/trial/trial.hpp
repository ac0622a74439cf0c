#pragma once

#include "loadgen/peers/peers.hpp"
#include "loadgen/trial/onlooker.hpp"
#include "loadgen/trial/result.hpp"
#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// Runs one trial from the first connect to the last goodbye. Throws Failure if it cannot begin; what goes
/// wrong later is in the result, with what was measured until then.
/// With several processes it is run by rank 0, and all others serve it.
Result run_trial(const Settings& settings, Peers& peers, Onlooker& onlooker, const Interrupts& interrupts);

/// Does what rank 0 asks for until that ends. Throws Failure where it is silent for too long.
void serve_trial(const Settings& settings, Peers& peers);

}  // namespace pushbench::loadgen
