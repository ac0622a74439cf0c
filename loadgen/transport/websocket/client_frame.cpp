#include "loadgen/transport/websocket/client_frame.hpp"

#include <array>
#include <random>

namespace pushbench::loadgen {
namespace {

/// The system's own entropy, as §5.3 wants it, fetched for many frames at once: a peer that pings without end
/// must not cost a system call for each.
std::uint32_t fresh_mask_key() {
    thread_local std::random_device source;
    thread_local std::array<std::uint32_t, 64> keys;
    thread_local std::size_t left = 0;
    if (left == 0) {
        for (std::uint32_t& key : keys) key = source();
        left = keys.size();
    }
    return keys[--left];
}

}  // namespace

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
    const std::size_t from = out.size();
    out += payload;
    for (std::size_t i = 0; i != payload.size(); ++i)
        out[from + i] = static_cast<char>(static_cast<unsigned char>(out[from + i]) ^ key[i % 4]);
}

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload) {
    append_client_frame(out, opcode, payload, fresh_mask_key());
}

void append_close_frame(std::string& out, CloseCode code) {
    const auto number = static_cast<unsigned>(code);
    const std::array<char, 2> payload{static_cast<char>(number >> 8), static_cast<char>(number & 0xFFU)};
    append_client_frame(out, Opcode::close, {payload.data(), payload.size()});
}

}  // namespace pushbench::loadgen
