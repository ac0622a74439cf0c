#pragma once

#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// `GET /ws` upgraded to a WebSocket; the cursor travels as `after=` at connect.
std::unique_ptr<Protocol> make_websocket_client(const Speech& speech);

}  // namespace pushbench::loadgen
