#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "servers/contract/socket.hpp"

namespace pushbench::contract {

/// A frame as the server sent it.
struct Frame {
    unsigned head = 0;  ///< FIN, reserved bits and opcode; 0: the connection ended
    std::string payload;
    /// Of a close.
    unsigned code() const;
};

/// A frame as a client sends it, right or wrong: `head` is its first byte.
std::string masked(unsigned head, std::string_view payload);
std::string close_payload(unsigned code);

/// A client that sends what it is told to. Beast's would refuse to break the rules.
class RawWebsocket {
 public:
    explicit RawWebsocket(std::uint16_t port, int receive_buffer_bytes = 0)
        : RawWebsocket(port, "/ws", receive_buffer_bytes) {}
    RawWebsocket(std::uint16_t port, std::string_view path, int receive_buffer_bytes = 0);

    const std::string& head() const { return head_; }
    Socket& socket() { return socket_; }
    bool send(unsigned head, std::string_view payload) { return socket_.send(masked(head, payload)); }
    Frame read();

 private:
    Socket socket_;
    std::string head_;
};

}  // namespace pushbench::contract
