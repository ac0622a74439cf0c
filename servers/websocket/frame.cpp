#include "websocket/frame.hpp"

namespace pushbench::websocket {
namespace {

constexpr unsigned kFinal = 0x80;

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out += static_cast<char>((value >> shift) & 0xff);
}

/// How many bytes the sequence that begins with `lead` has, and the range its second byte must be in.
struct Utf8Lead {
    int length;
    unsigned char low, high;
};

Utf8Lead utf8_lead(unsigned char lead) {
    if (lead < 0x80) return {1, 0, 0};
    if (lead >= 0xc2 && lead <= 0xdf) return {2, 0x80, 0xbf};
    if (lead == 0xe0) return {3, 0xa0, 0xbf};
    if (lead == 0xed) return {3, 0x80, 0x9f};
    if (lead >= 0xe1 && lead <= 0xef) return {3, 0x80, 0xbf};
    if (lead == 0xf0) return {4, 0x90, 0xbf};
    if (lead == 0xf4) return {4, 0x80, 0x8f};
    if (lead >= 0xf1 && lead <= 0xf3) return {4, 0x80, 0xbf};
    return {0, 0, 0};
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

std::string encode(const Notification& notification) {
    return encode_frame(Opcode::text, to_json(notification));
}

std::string encode(const Gap& gap) {
    return encode_frame(Opcode::text, to_json(gap));
}

std::string_view frame_payload(std::string_view frame) {
    const auto length = static_cast<unsigned char>(frame[1]);
    return frame.substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const Utf8Lead lead = utf8_lead(static_cast<unsigned char>(text[i]));
        if (lead.length == 0 || text.size() - i < static_cast<std::size_t>(lead.length)) return false;
        for (int k = 1; k < lead.length; ++k) {
            const auto byte = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
            if (byte < (k == 1 ? lead.low : 0x80) || byte > (k == 1 ? lead.high : 0xbf)) return false;
        }
        i += static_cast<std::size_t>(lead.length);
    }
    return true;
}

}  // namespace pushbench::websocket
