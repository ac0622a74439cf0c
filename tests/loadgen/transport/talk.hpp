#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/dialects/compose.hpp"
#include "loadgen/dialects/load.hpp"
#include "loadgen/recording_receiver.hpp"
#include "loadgen/transport/websocket/client.hpp"
#include "loadgen/transport/websocket/handshake.hpp"

namespace pushbench::loadgen {

/// A client of a shipped dialect and what a server says to it, without sockets.
class Talk {
 public:
    Talk(const std::string& dialect, std::string topic, std::string token = "",
         std::vector<std::string> headers = {})
        : topic_{std::move(topic)}, token_{std::move(token)} {
        SpeechOptions options;
        options.transport = "websocket";
        options.headers = std::move(headers);
        speech_ = compose_speech(load_dialect(dialect), options);
        target_.authority = "server:80";
        client_ = make_websocket_client(speech_);
        client_->request({target_, topic_, topic_, "", 7, token_, {}}, out_);
        request = out_;
        out_.clear();
    }

    /// The handshake is accepted, with a subprotocol where one is given.
    std::vector<std::string> accepted(const std::string& subprotocol = "") {
        const auto key = request.find("Sec-WebSocket-Key: ") + 19;
        const std::string accept = expected_accept(request.substr(key, request.find("\r\n", key) - key));
        return hears(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            accept + "\r\n" + (subprotocol.empty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") +
            "\r\n");
    }

    /// The server sends one text message; what the client says to that.
    std::vector<std::string> says(const std::string& text) {
        std::string frame = "\x81";
        if (text.size() < 126) {
            frame += static_cast<char>(text.size());
        } else {
            frame += static_cast<char>(126);
            frame += static_cast<char>(text.size() >> 8U);
            frame += static_cast<char>(text.size() & 0xFFU);
        }
        return hears(frame + text);
    }

    /// What the client says when it is time for its heartbeat.
    std::vector<std::string> heartbeat() {
        client_->heartbeat(out_);
        return taken();
    }

    std::string request;
    RecordingReceiver seen;
    Next next = Next::go_on;

 private:
    std::vector<std::string> hears(const std::string& bytes) {
        next = client_->received(bytes, seen, out_);
        return taken();
    }
    std::vector<std::string> taken() {
        std::vector<std::string> said = unmasked(out_);
        out_.clear();
        return said;
    }

    /// The payloads of a client's frames (RFC 6455 §5.3), all of them below 64 KiB; a close as "close".
    static std::vector<std::string> unmasked(std::string_view bytes) {
        std::vector<std::string> all;
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
        while (!bytes.empty()) {
            const unsigned opcode = byte(0) & 15U;
            std::size_t size = byte(1) & 127U;
            std::size_t at = 2;
            if (size == 126) {
                size = static_cast<std::size_t>(byte(2)) << 8U | byte(3);
                at = 4;
            }
            std::string payload;
            for (std::size_t i = 0; i != size; ++i)
                payload += static_cast<char>(byte(at + 4 + i) ^ byte(at + i % 4));
            all.push_back(opcode == 8 ? "close" : payload);
            bytes.remove_prefix(at + 4 + size);
        }
        return all;
    }

    std::string topic_, token_;
    Speech speech_;
    Target target_;
    std::unique_ptr<Protocol> client_;
    std::string out_;
};

}  // namespace pushbench::loadgen
