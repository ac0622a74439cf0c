#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/wire/carry.hpp"

namespace pushbench::loadgen {

/// RFC 6455 §5.2.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// RFC 6455 §7.4.1.
enum class CloseCode : std::uint16_t { normal = 1000, protocol_error = 1002, too_big = 1009 };

/// Where FrameReader reports. Views hold until the call returns.
class FrameSink {
 public:
    virtual ~FrameSink() = default;
    virtual void on_message(std::string_view payload) = 0;  ///< text or binary, put together
    virtual void on_control(Opcode opcode, std::string_view payload) = 0;
};

/// Reads the frames a server sends (RFC 6455 §5), cut anywhere. A message of one frame that comes in one
/// piece is neither copied nor allocated. That text is UTF-8 is left to whoever parses the JSON in it.
class FrameReader {
 public:
    /// False if the peer broke the protocol; problem() then says how it is to be closed.
    bool feed(std::string_view bytes, FrameSink& sink);
    [[nodiscard]] CloseCode problem() const { return problem_; }

 private:
    struct Frame {
        bool fin = false;
        Opcode opcode{};
        std::string_view payload;
    };
    /// Takes one frame off the front. False if it is not whole yet, or wrong.
    bool take_frame(std::string_view& bytes, Frame& frame);
    bool accept(const Frame& frame, FrameSink& sink);
    bool fail(CloseCode code);

    Carry carry_;
    std::string message_;  ///< fragments so far
    bool fragmented_ = false;
    bool failed_ = false;
    CloseCode problem_ = CloseCode::normal;
};

/// A frame as a client sends it: FIN, masked with a fresh random key (RFC 6455 §5.3).
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload);
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload, std::uint32_t mask_key);

}  // namespace pushbench::loadgen
