#pragma once

#include <memory>

#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// Notifications as lines over bare TCP: the client says one line, its topic, and nothing is framed, so that
/// what is left is what the kernel and the engine cost.
std::unique_ptr<Protocol> make_line_client(const Speech& speech);

}  // namespace pushbench::loadgen
