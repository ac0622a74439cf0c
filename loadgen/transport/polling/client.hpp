#pragma once

#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// `GET /poll?after=`, answered at once, or with `wait=`, if the client may be parked: the server then holds
/// the request until there is something. The cursor travels with every request.
std::unique_ptr<Protocol> make_poll_client(const Speech& speech);

}  // namespace pushbench::loadgen
