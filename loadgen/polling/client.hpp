#pragma once

#include "loadgen/client/protocol.hpp"

namespace pushbench::loadgen {

/// `GET /poll?after=`, answered at once. The cursor travels with every request.
std::unique_ptr<Protocol> make_short_poll_client();
/// The same with `wait=`: the server holds the request until there is something.
std::unique_ptr<Protocol> make_long_poll_client();

}  // namespace pushbench::loadgen
