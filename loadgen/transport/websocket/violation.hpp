#pragma once

#include <cstdint>
#include <string_view>

namespace pushbench::loadgen {

/// RFC 6455 §7.4.1.
enum class CloseCode : std::uint16_t {
    normal = 1000,
    protocol_error = 1002,
    invalid_payload = 1007,
    too_big = 1009
};

/// What a server's frames must not be.
enum class Violation : std::uint8_t {
    none,
    reserved_bit,
    unknown_opcode,
    masked,
    long_length,
    length_sign,
    control_fragmented,
    control_too_long,
    nothing_to_continue,
    message_in_message,
    close_cut_short,
    close_code,
    close_reason,
    text,
    too_big
};

/// The code of the close that answers it (§7.1.7).
CloseCode close_code(Violation violation);
/// What was seen and what the standard says of it, to go on from "answered … with ".
std::string_view describe(Violation violation);

/// What is wrong with the payload of a close frame: nothing, or a code that may be sent and a reason in UTF-8
/// (§5.5.1, §7.4).
Violation close_violation(std::string_view payload);

}  // namespace pushbench::loadgen
