#pragma once

#include <memory>
#include <string>

#include "loadgen/peers/peers.hpp"
#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// The other processes where an MPI launcher has started several, or none. From then on only rank 0 writes to
/// standard output. Throws Misfit where they do not fit together, or to this build.
[[nodiscard]] std::unique_ptr<Peers> find_peers(int argc, const char* const* argv);

/// Throws Misfit where that trial cannot be shared by so many.
void check_shares(const Settings& settings, const Peers& peers);

/// Whether an MPI launcher says that somebody else is to speak.
[[nodiscard]] bool keeps_silent();

}  // namespace pushbench::loadgen
