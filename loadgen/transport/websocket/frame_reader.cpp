#include "loadgen/transport/websocket/frame_reader.hpp"

#include "loadgen/transport/limits.hpp"

namespace pushbench::loadgen {
namespace {

bool is_control(Opcode opcode) {
    return (static_cast<unsigned>(opcode) & 8U) != 0;
}

bool is_known(unsigned opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

}  // namespace

bool FrameReader::fail(Violation violation) {
    violation_ = violation;
    return false;
}

bool FrameReader::feed(std::string_view bytes, FrameSink& sink) {
    if (closed_ || violation_ != Violation::none) return violation_ == Violation::none;
    std::string_view rest = carry_.join(bytes);
    Header header;
    while (!closed_) {
        if (take_plain(rest, sink)) continue;
        if (!read_header(rest, header)) break;
        const auto payload = rest.substr(header.bytes, header.payload_bytes);
        if (!check_text(header, payload) || payload.size() < header.payload_bytes) break;
        checked_bytes_ = 0;
        rest.remove_prefix(header.bytes + payload.size());
        accept(header, payload, sink);
        if (violation_ != Violation::none) break;
    }
    if (closed_ || violation_ != Violation::none) rest = {};
    carry_.keep(rest);
    return violation_ == Violation::none;
}

/// What nearly all frames are: a whole message in one frame, all of it here, short, and in ASCII if it is
/// text. All else is left to those who know every rule, and they would find the same in this one.
bool FrameReader::take_plain(std::string_view& bytes, FrameSink& sink) {
    if (bytes.size() < 4 || fragmented_ || checked_bytes_ != 0) return false;
    const unsigned first = byte_at(bytes, 0);
    if (first != 0x81 && first != 0x82) return false;
    std::size_t size = byte_at(bytes, 1);
    if (size > 126) return false;
    const std::size_t header_bytes = size < 126 ? 2 : 4;
    if (size == 126) size = byte_at(bytes, 2) << 8 | byte_at(bytes, 3);
    if (size < (header_bytes == 2 ? 0U : 126U) || bytes.size() - header_bytes < size) return false;
    const auto payload = bytes.substr(header_bytes, size);
    if (first == 0x81 && !is_ascii(payload)) return false;
    bytes.remove_prefix(header_bytes + size);
    sink.on_message(payload);
    return true;
}

bool FrameReader::read_header(std::string_view bytes, Header& header) {
    if (bytes.size() < 2) return false;
    const unsigned first = byte_at(bytes, 0);
    if ((first & 0x70U) != 0) return fail(Violation::reserved_bit);
    if (!is_known(first & 0x0FU)) return fail(Violation::unknown_opcode);
    header.fin = (first & 0x80U) != 0;
    header.opcode = static_cast<Opcode>(first & 0x0FU);
    const unsigned second = byte_at(bytes, 1);
    if ((second & 0x80U) != 0) return fail(Violation::masked);
    header.bytes = 2;
    header.payload_bytes = second;
    // Of a control frame the short form says already that it is too long.
    if (second > 125 && !is_control(header.opcode) && !read_length(bytes, header)) return false;
    const Violation wrong = forbidden(header);
    return wrong == Violation::none || fail(wrong);
}

/// The longer forms of a length (§5.2): 16 bits behind 126, 64 bits behind 127, and each only where it is
/// needed.
bool FrameReader::read_length(std::string_view bytes, Header& header) {
    const bool wide = header.payload_bytes == 127;
    header.bytes = wide ? 10 : 4;
    if (bytes.size() < header.bytes) return false;
    header.payload_bytes = 0;
    for (std::size_t i = 2; i != header.bytes; ++i)
        header.payload_bytes = header.payload_bytes << 8 | byte_at(bytes, i);
    if (header.payload_bytes >> 63 != 0) return fail(Violation::length_sign);
    return header.payload_bytes > (wide ? 0xFFFFU : 125U) || fail(Violation::long_length);
}

/// What frames may follow one another (§5.4, §5.5), and how long they may be.
Violation FrameReader::forbidden(const Header& header) const {
    if (is_control(header.opcode)) {
        if (!header.fin) return Violation::control_fragmented;
        return header.payload_bytes > 125 ? Violation::control_too_long : Violation::none;
    }
    const bool continues = header.opcode == Opcode::continuation;
    if (continues && !fragmented_) return Violation::nothing_to_continue;
    if (!continues && fragmented_) return Violation::message_in_message;
    return header.payload_bytes > longest_message_bytes - message_.size() ? Violation::too_big
                                                                          : Violation::none;
}

/// Looks at what has come of a frame's text and was not looked at before.
bool FrameReader::check_text(const Header& header, std::string_view payload) {
    const bool text = header.opcode == Opcode::text || (header.opcode == Opcode::continuation && text_);
    if (!text) return true;
    if (!utf8_.feed(payload.substr(checked_bytes_))) return fail(Violation::text);
    checked_bytes_ = static_cast<std::uint32_t>(payload.size());
    if (!header.fin || payload.size() < header.payload_bytes || utf8_.may_end()) return true;
    return fail(Violation::text);  // ends within a character
}

void FrameReader::accept(const Header& header, std::string_view payload, FrameSink& sink) {
    if (is_control(header.opcode)) return accept_control(header, payload, sink);
    if (header.fin && !fragmented_) return sink.on_message(payload);
    if (!fragmented_) text_ = header.opcode == Opcode::text;
    message_ += payload;
    fragmented_ = !header.fin;
    if (fragmented_) return;
    sink.on_message(message_);
    let_go(message_);
}

/// A control frame may stand between the fragments of a message (§5.4).
void FrameReader::accept_control(const Header& header, std::string_view payload, FrameSink& sink) {
    if (header.opcode == Opcode::close) {
        violation_ = close_violation(payload);
        if (violation_ != Violation::none) return;
        closed_ = true;
    }
    sink.on_control(header.opcode, payload);
}

}  // namespace pushbench::loadgen
