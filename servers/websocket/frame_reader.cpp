#include "websocket/frame_reader.hpp"

#include <algorithm>

namespace pushbench::websocket {
namespace {

Message violation(CloseCode code, std::string reason) {
    return {Message::Kind::violation, std::move(reason), code};
}

bool is_control(Opcode opcode) {
    return static_cast<unsigned>(opcode) >= 8;
}

/// Codes an endpoint may send (RFC 6455 §7.4).
bool is_sendable(unsigned code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace

std::size_t FrameReader::header_bytes() const {
    if (header_read_ < 2) return 2;
    const unsigned length = header_[1] & 0x7fU;
    return 2 + (length == 126 ? 2U : length == 127 ? 8U : 0U) + 4;
}

bool FrameReader::read_header(std::span<char>& input) {
    while (header_read_ < header_bytes()) {
        if (input.empty()) return false;
        header_[header_read_++] = static_cast<unsigned char>(input.front());
        input = input.subspan(1);
        if (header_read_ == 2 && (header_[1] & 0x80U) == 0)
            return true;  // unmasked: check_header() has the word
    }
    opcode_ = static_cast<Opcode>(header_[0] & 0x0fU);
    const unsigned length = header_[1] & 0x7fU;
    frame_bytes_ = length;
    if (length >= 126) {
        frame_bytes_ = 0;
        for (std::size_t i = 0; i < (length == 126 ? 2U : 8U); ++i)
            frame_bytes_ = frame_bytes_ << 8 | header_[2 + i];
    }
    frame_read_ = 0;
    return true;
}

/// "The minimal number of bytes MUST be used to encode the length", and its first bit is 0 (RFC 6455 §5.2).
bool FrameReader::has_longer_length_than_needed() const {
    const unsigned length = header_[1] & 0x7fU;
    return (length == 126 && frame_bytes_ < 126) ||
           (length == 127 && (frame_bytes_ <= 0xffff || frame_bytes_ >> 63 != 0));
}

/// What RFC 6455 §5.1 to §5.5 forbids, and what is over our limit.
std::optional<Message> FrameReader::check_header() const {
    const auto opcode = static_cast<Opcode>(header_[0] & 0x0fU);
    const bool final = (header_[0] & 0x80U) != 0;
    if ((header_[1] & 0x80U) == 0) return violation(CloseCode::protocol_error, "frame is not masked");
    if ((header_[0] & 0x70U) != 0) return violation(CloseCode::protocol_error, "reserved bit is set");
    switch (opcode) {
        case Opcode::close:
        case Opcode::ping:
        case Opcode::pong:
            if (!final || frame_bytes_ > 125)
                return violation(CloseCode::protocol_error, "control frame too long");
            return std::nullopt;
        case Opcode::continuation:
            if (!fragmented_) return violation(CloseCode::protocol_error, "nothing to continue");
            break;
        case Opcode::text:
        case Opcode::binary:
            if (fragmented_) return violation(CloseCode::protocol_error, "message begun inside another");
            break;
        default:
            return violation(CloseCode::protocol_error, "unknown opcode");
    }
    if (has_longer_length_than_needed())
        return violation(CloseCode::protocol_error, "length not in its shortest form");
    if (opcode == Opcode::text && !taken_.text)
        return violation(CloseCode::policy_violation, "this server takes no messages");
    if (opcode == Opcode::binary && !taken_.binary)
        return violation(CloseCode::unsupported_data, "expected text");
    if (frame_bytes_ > taken_.most_bytes - message_.size())
        return violation(CloseCode::message_too_big, "message too big");
    return std::nullopt;
}

void FrameReader::begin_frame() {
    in_payload_ = true;
    if (is_control(opcode_) || opcode_ == Opcode::continuation) return;
    message_opcode_ = opcode_;
    utf8_ = {};
}

/// Unmasks what there is of the frame's payload. False where it is text that can be UTF-8 no more: that is
/// said at once, however much of the message is still to come (RFC 6455 §8.1).
bool FrameReader::take_payload(std::span<char>& input) {
    const unsigned char* const mask = header_.data() + header_bytes() - 4;
    const auto take =
        static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), frame_bytes_ - frame_read_));
    for (std::size_t i = 0; i < take; ++i)
        input[i] = static_cast<char>(static_cast<unsigned char>(input[i]) ^ mask[(frame_read_ + i) % 4]);
    const std::string_view taken{input.data(), take};
    frame_read_ += take;
    input = input.subspan(take);
    (is_control(opcode_) ? control_ : message_).append(taken);
    return is_control(opcode_) || message_opcode_ != Opcode::text || utf8_.feed(taken);
}

std::optional<Message> FrameReader::next(std::span<char>& input) {
    for (;;) {
        if (!in_payload_) {
            if (!read_header(input)) return std::nullopt;
            if (auto wrong = check_header()) return wrong;
            begin_frame();
        }
        if (!take_payload(input)) return violation(CloseCode::invalid_payload, "text is not UTF-8");
        if (frame_read_ < frame_bytes_) return std::nullopt;
        if (auto message = complete_frame()) return message;
    }
}

/// Ends the frame; gives the message, unless more of it is to come.
std::optional<Message> FrameReader::complete_frame() {
    const bool final = (header_[0] & 0x80U) != 0;
    in_payload_ = false;
    header_read_ = 0;
    switch (opcode_) {
        case Opcode::close:
            return complete_close();
        case Opcode::ping:
            return Message{Message::Kind::ping, std::exchange(control_, {}), CloseCode::no_status};
        case Opcode::pong:
            return Message{Message::Kind::pong, std::exchange(control_, {}), CloseCode::no_status};
        default:
            break;
    }
    fragmented_ = !final;
    if (!final) return std::nullopt;
    const bool is_text = message_opcode_ == Opcode::text;
    if (is_text && !utf8_.may_end()) return violation(CloseCode::invalid_payload, "text is not UTF-8");
    return Message{is_text ? Message::Kind::text : Message::Kind::binary, std::exchange(message_, {}),
                   CloseCode::no_status};
}

/// A close frame's payload is empty, or a code and a reason (RFC 6455 §5.5.1).
std::optional<Message> FrameReader::complete_close() {
    const std::string payload = std::exchange(control_, {});
    if (payload.empty()) return Message{Message::Kind::close, {}, CloseCode::no_status};
    if (payload.size() == 1) return violation(CloseCode::protocol_error, "close code cut short");
    const unsigned code = static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 |
                          static_cast<unsigned char>(payload[1]);
    if (!is_sendable(code)) return violation(CloseCode::protocol_error, "bad close code");
    std::string reason = payload.substr(2);
    if (!is_utf8(reason)) return violation(CloseCode::invalid_payload, "close reason is not UTF-8");
    return Message{Message::Kind::close, std::move(reason), static_cast<CloseCode>(code)};
}

}  // namespace pushbench::websocket
