#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/transport/websocket/frame_reader.hpp"

namespace pushbench::loadgen {

/// Appends a frame as a client sends it: FIN, masked with a fresh random key (RFC 6455 §5.3).
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload);
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask_key);
/// A close with this code and no reason.
void append_close_frame(std::string& out, CloseCode code);

}  // namespace pushbench::loadgen
