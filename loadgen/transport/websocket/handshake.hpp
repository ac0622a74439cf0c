#pragma once

#include <string>
#include <string_view>

#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {

/// A fresh random Sec-WebSocket-Key, and the Sec-WebSocket-Accept a server must answer it with (RFC 6455
/// §4.1).
std::string new_websocket_key();
std::string expected_accept(std::string_view key);

/// Empty if `head` accepts the handshake as RFC 6455 §4.1 wants it; else what is wrong with it, as it goes on
/// behind the status. `subprotocols` are those asked for, with commas between. A server that takes none of
/// them is let through, as the RFC does and browsers do not: what it sends then can still be measured.
std::string handshake_problem(const ResponseHead& head, std::string_view accept,
                              std::string_view subprotocols = {});

}  // namespace pushbench::loadgen
