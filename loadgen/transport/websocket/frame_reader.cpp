#include "loadgen/transport/websocket/frame_reader.hpp"

#include <array>
#include <random>

namespace pushbench::loadgen {
namespace {

constexpr std::uint64_t longest_message_bytes = 16 * 1024 * 1024;

bool is_control(Opcode opcode) {
    return (static_cast<unsigned>(opcode) & 8U) != 0;
}

bool is_known(unsigned opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

bool FrameReader::fail(CloseCode code) {
    failed_ = true;
    problem_ = code;
    return false;
}

bool FrameReader::take_frame(std::string_view& bytes, Frame& frame) {
    const auto byte_at = [&](std::size_t at) {
        return static_cast<unsigned>(static_cast<unsigned char>(bytes[at]));
    };
    if (bytes.size() < 2) return false;
    const unsigned first = byte_at(0);
    const unsigned second = byte_at(1);
    // No extension was agreed on, so no reserved bit may be set (§5.2); a server never masks (§5.1).
    if ((first & 0x70U) != 0 || (second & 0x80U) != 0 || !is_known(first & 0x0FU))
        return fail(CloseCode::protocol_error);
    frame.fin = (first & 0x80U) != 0;
    frame.opcode = static_cast<Opcode>(first & 0x0FU);
    std::uint64_t length = second & 0x7FU;
    // Control frames are never fragmented and carry 125 bytes at most (§5.5).
    if (is_control(frame.opcode) && (!frame.fin || length > 125)) return fail(CloseCode::protocol_error);
    const std::size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes.size() < 2 + length_bytes) return false;
    if (length_bytes != 0) {
        length = 0;
        for (std::size_t i = 0; i != length_bytes; ++i) length = length << 8 | byte_at(2 + i);
    }
    if (length > longest_message_bytes) return fail(CloseCode::too_big);
    if (bytes.size() - 2 - length_bytes < length) return false;
    frame.payload = bytes.substr(2 + length_bytes, length);
    bytes.remove_prefix(2 + length_bytes + length);
    return true;
}

bool FrameReader::accept(const Frame& frame, FrameSink& sink) {
    if (is_control(frame.opcode)) {  // may stand between the fragments of a message (§5.4)
        sink.on_control(frame.opcode, frame.payload);
        return true;
    }
    const bool continues = frame.opcode == Opcode::continuation;
    if (continues != fragmented_) return fail(CloseCode::protocol_error);
    if (!continues && frame.fin) {
        sink.on_message(frame.payload);
        return true;
    }
    if (message_.size() + frame.payload.size() > longest_message_bytes) return fail(CloseCode::too_big);
    message_ += frame.payload;
    fragmented_ = !frame.fin;
    if (!frame.fin) return true;
    sink.on_message(message_);
    std::string{}.swap(message_);
    return true;
}

bool FrameReader::feed(std::string_view bytes, FrameSink& sink) {
    std::string_view rest = carry_.join(bytes);
    Frame frame;
    while (!failed_ && take_frame(rest, frame))
        if (!accept(frame, sink)) break;
    carry_.keep(rest);
    return !failed_;
}

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask_key) {
    out += static_cast<char>(0x80U | static_cast<unsigned>(opcode));
    if (payload.size() < 126) {
        out += static_cast<char>(0x80U | payload.size());
    } else {
        const bool wide = payload.size() > 0xFFFF;
        out += static_cast<char>(0x80U | (wide ? 127U : 126U));
        for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8)
            out += static_cast<char>(payload.size() >> shift & 0xFFU);
    }
    std::array<unsigned char, 4> key{};
    for (std::size_t i = 0; i != 4; ++i)
        key[i] = static_cast<unsigned char>(mask_key >> (24 - 8 * i) & 0xFFU);
    out.append(key.begin(), key.end());
    for (std::size_t i = 0; i != payload.size(); ++i)
        out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ key[i % 4]);
}

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload) {
    // Only pongs and closes are sent, so rarely that the system's own entropy may be asked each time.
    append_client_frame(out, opcode, payload, std::random_device{}());
}

}  // namespace pushbench::loadgen
