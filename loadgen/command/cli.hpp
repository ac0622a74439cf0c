#pragma once

#include <span>

#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// The whole program over a table of transports: 0 measured, 1 failed, 2 wrong usage, 130 interrupted.
int loadgen_main(int argc, const char* const* argv, std::span<const Transport> rows);

}  // namespace pushbench::loadgen
