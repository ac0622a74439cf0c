#pragma once

#include <memory>
#include <string>

#include "asking.hpp"
#include "loadgen/transport/websocket/client.hpp"
#include "loadgen/transport/websocket/handshake.hpp"
#include "our_speech.hpp"
#include "recording_receiver.hpp"

namespace pushbench::loadgen {

/// A client that has asked, and the head with which a server would let it in.
struct WebSocketSession {
    std::unique_ptr<Protocol> client = make_websocket_client(our_speech("websocket"));
    RecordingReceiver seen;
    std::string out;
    std::string head;

    explicit WebSocketSession(std::string_view cursor = {}) {
        client->request(asking("a b", cursor), out);
        const auto from = out.find("Sec-WebSocket-Key: ") + 19;
        const std::string key = out.substr(from, out.find("\r\n", from) - from);
        head =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: "
            "Upgrade\r\nSec-WebSocket-Accept: " +
            expected_accept(key) + "\r\n\r\n";
    }
    /// Lets the client in.
    void open() {
        feed(*client, {head}, seen, out);
        out.clear();
    }
};

}  // namespace pushbench::loadgen
