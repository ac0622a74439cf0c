#include "loadgen/transport/websocket/violation.hpp"

#include "loadgen/wire/utf8.hpp"

namespace pushbench::loadgen {
namespace {

/// Those of the standard and of the IANA registry that stand in frames, and those of libraries and
/// applications (§7.4.1, §7.4.2). 1005, 1006 and 1015 are for reports within a program only.
bool may_be_sent(unsigned code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace

CloseCode close_code(Violation violation) {
    switch (violation) {
        case Violation::none:
            return CloseCode::normal;
        case Violation::close_reason:
        case Violation::text:
            return CloseCode::invalid_payload;
        case Violation::too_big:
            return CloseCode::too_big;
        default:
            return CloseCode::protocol_error;
    }
}

std::string_view describe(Violation violation) {
    switch (violation) {
        case Violation::none:
            return "nothing wrong";
        case Violation::reserved_bit:
            return "a frame with a reserved bit, though no extension was agreed on (RFC 6455 §5.2)";
        case Violation::unknown_opcode:
            return "a frame with an opcode that is not defined (RFC 6455 §5.2)";
        case Violation::masked:
            return "a masked frame, which only clients send (RFC 6455 §5.1)";
        case Violation::long_length:
            return "a frame whose length takes more bytes than it needs (RFC 6455 §5.2)";
        case Violation::length_sign:
            return "a frame whose length has its highest bit set (RFC 6455 §5.2)";
        case Violation::control_fragmented:
            return "a control frame in fragments (RFC 6455 §5.5)";
        case Violation::control_too_long:
            return "a control frame of over 125 bytes (RFC 6455 §5.5)";
        case Violation::nothing_to_continue:
            return "a continuation where no message had begun (RFC 6455 §5.4)";
        case Violation::message_in_message:
            return "a message inside another one (RFC 6455 §5.4)";
        case Violation::close_cut_short:
            return "a close of one byte, where a code has two (RFC 6455 §5.5.1)";
        case Violation::close_code:
            return "a close with a code that must not be sent (RFC 6455 §7.4)";
        case Violation::close_reason:
            return "a close whose reason is no UTF-8 (RFC 6455 §5.5.1)";
        case Violation::text:
            return "a text message that is no UTF-8 (RFC 6455 §8.1)";
        case Violation::too_big:
            return "a message of over 16 MiB, which is more than is taken here";
    }
    return "something that is no WebSocket frame";
}

Violation close_violation(std::string_view payload) {
    if (payload.empty()) return Violation::none;
    if (payload.size() == 1) return Violation::close_cut_short;
    const unsigned code = static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 |
                          static_cast<unsigned char>(payload[1]);
    if (!may_be_sent(code)) return Violation::close_code;
    return is_utf8(payload.substr(2)) ? Violation::none : Violation::close_reason;
}

}  // namespace pushbench::loadgen
