#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "notify/entry.hpp"
#include "notify/reader.hpp"

// Frames of RFC 6455 §5, as a server sends them: final, never masked, without extensions.

namespace pushbench::websocket {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Status codes of a close frame (RFC 6455 §7.4.1).
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status = 1005,  ///< never sent: the frame carried no code
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
};

std::string encode_frame(Opcode opcode, std::string_view payload);
std::string encode_close(CloseCode code, std::string_view reason);

/// One text frame a notification: its JSON with the epoch in it, from which a client makes the cursor to go
/// on from, as an event stream has it in its id. The server masks nothing, so one frame serves every client.
std::string encode(const Notification& notification, const Epoch& epoch);
std::string encode_gap(const Gap& gap);

/// The payload of a frame that encode_frame() made.
std::string_view frame_payload(std::string_view frame);

}  // namespace pushbench::websocket
