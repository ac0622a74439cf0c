#pragma once

#include <string>
#include <vector>

namespace pushbench::loadgen {

/// A frame as a server sends it: not masked, its length in the shortest form. `rsv` are the three reserved
/// bits.
inline std::string server_frame(unsigned opcode, const std::string& payload, bool fin = true,
                                unsigned rsv = 0) {
    std::string out(1, static_cast<char>((fin ? 0x80U : 0U) | rsv << 4 | opcode));
    const std::size_t size = payload.size();
    const int length_bits = size < 126 ? 0 : size < 65536 ? 16 : 64;
    out += static_cast<char>(length_bits == 0 ? size : length_bits == 16 ? 126U : 127U);
    for (int shift = length_bits - 8; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xFFU);
    return out + payload;
}

inline std::string close_payload(unsigned code, const std::string& reason = "") {
    return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFFU)} + reason;
}

/// What a client sent, frame by frame, unmasked: "pong beat", "close 1000". Knows short frames only, as all
/// control frames are; "wrong" is one that no client may send.
inline std::vector<std::string> client_frames(const std::string& bytes) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = at + 6 <= bytes.size() ? static_cast<unsigned char>(bytes[at + 1]) : 0U;
        const std::size_t size = second & 0x7FU;
        if ((first & 0xF0U) != 0x80U || (second & 0x80U) == 0 || size > 125 || at + 6 + size > bytes.size())
            return {"wrong"};
        std::string payload = bytes.substr(at + 6, size);
        for (std::size_t i = 0; i != size; ++i)
            payload[i] = static_cast<char>(payload[i] ^ bytes[at + 2 + i % 4]);
        const unsigned opcode = first & 0x0FU;
        if (opcode == 8 && size >= 2)
            payload = std::to_string(static_cast<unsigned char>(payload[0]) * 256U +
                                     static_cast<unsigned char>(payload[1])) +
                      payload.substr(2);
        all.push_back((opcode == 8 ? "close " : opcode == 10 ? "pong " : "data ") + payload);
        at += 6 + size;
    }
    return all;
}

/// Pieces of that many bytes, as a network may cut them.
inline std::vector<std::string> chopped(const std::string& bytes, std::size_t piece_bytes) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes)
        pieces.push_back(bytes.substr(at, piece_bytes));
    return pieces;
}

}  // namespace pushbench::loadgen
