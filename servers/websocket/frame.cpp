#include "websocket/frame.hpp"

namespace pushbench::websocket {
namespace {

constexpr unsigned kFinal = 0x80;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out += static_cast<char>((value >> shift) & 0xff);
}

}  // namespace

std::string encode_frame(Opcode opcode, std::string_view payload) {
    std::string out;
    out.reserve(10 + payload.size());
    out += static_cast<char>(kFinal | static_cast<unsigned>(opcode));
    if (payload.size() < 126) {
        out += static_cast<char>(payload.size());
    } else if (payload.size() <= 0xffff) {
        out += static_cast<char>(126);
        append_big_endian(out, payload.size(), 2);
    } else {
        out += static_cast<char>(127);
        append_big_endian(out, payload.size(), 8);
    }
    return out.append(payload);
}

std::string encode_close(CloseCode code, std::string_view reason) {
    std::string payload;
    append_big_endian(payload, static_cast<std::uint16_t>(code), 2);
    return encode_frame(Opcode::close, payload.append(reason));
}

std::string encode(const Notification& notification, const Epoch& epoch) {
    return encode_frame(Opcode::text, to_json(notification, epoch.text()));
}

std::string encode_gap(const Gap& gap) {
    return encode_frame(Opcode::text, to_json(gap));
}

std::string_view frame_payload(std::string_view frame) {
    const auto length = static_cast<unsigned char>(frame[1]);
    return frame.substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

}  // namespace pushbench::websocket
