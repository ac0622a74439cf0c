#include "servers/contract/raw_websocket.hpp"

namespace pushbench::contract {
namespace {

constexpr std::string_view kHandshake =
    " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

std::size_t big_endian(std::string_view bytes) {
    std::size_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

void append_big_endian(std::string& out, std::size_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

unsigned Frame::code() const {
    return static_cast<unsigned>(big_endian(std::string_view{payload}.substr(0, 2)));
}

std::string masked(unsigned head, std::string_view payload) {
    static constexpr std::string_view kMask{"\x37\xfa\x21\x3d", 4};
    const int length_bytes = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
    std::string out{static_cast<char>(head)};
    out += static_cast<char>(0x80 | (length_bytes == 0 ? payload.size() : length_bytes == 2 ? 126U : 127U));
    append_big_endian(out, payload.size(), length_bytes);
    out += kMask;
    for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ kMask[i % 4]);
    return out;
}

std::string close_payload(unsigned code) {
    return {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
}

RawWebsocket::RawWebsocket(std::uint16_t port, std::string_view path, int receive_buffer_bytes)
    : socket_(port, receive_buffer_bytes) {
    socket_.send("GET " + std::string{path} + std::string{kHandshake});
    head_ = socket_.read_until("\r\n\r\n");
}

Frame RawWebsocket::read() {
    const std::string start = socket_.read_exactly(2);
    if (start.size() < 2) return {};
    std::size_t size = static_cast<unsigned char>(start[1]);
    if (size >= 126) size = big_endian(socket_.read_exactly(size == 126 ? 2 : 8));
    return {static_cast<unsigned char>(start[0]), socket_.read_exactly(size)};
}

}  // namespace pushbench::contract
