#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/transport/websocket/violation.hpp"
#include "loadgen/wire/carry.hpp"
#include "loadgen/wire/utf8.hpp"

namespace pushbench::loadgen {

/// RFC 6455 §5.2.
enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Where FrameReader reports. Views hold until the call returns.
class FrameSink {
 public:
    virtual ~FrameSink() = default;
    virtual void on_message(std::string_view payload) = 0;  ///< text or binary, put together
    virtual void on_control(Opcode opcode, std::string_view payload) = 0;
};

/// Reads the frames a server sends (RFC 6455 §5), cut anywhere, with no extension agreed on. A message of one
/// frame that comes in one piece is neither copied nor allocated. Text is checked as it comes, so that a
/// wrong byte is told before its frame is whole (§8.1). What comes behind a close is not looked at (§5.5.1).
class FrameReader {
 public:
    /// False, from then on, if the peer broke the protocol; violation() then says how.
    [[nodiscard]] bool feed(std::string_view bytes, FrameSink& sink);
    [[nodiscard]] Violation violation() const { return violation_; }

 private:
    struct Header {
        std::size_t bytes = 0;
        std::uint64_t payload_bytes = 0;
        bool fin = false;
        Opcode opcode{};
    };
    /// False if there is none such at the front.
    bool take_plain(std::string_view& bytes, FrameSink& sink);
    /// False if it is not whole yet, or wrong.
    bool read_header(std::string_view bytes, Header& header);
    bool read_length(std::string_view bytes, Header& header);
    Violation forbidden(const Header& header) const;
    bool check_text(const Header& header, std::string_view payload);
    void accept(const Header& header, std::string_view payload, FrameSink& sink);
    void accept_control(const Header& header, std::string_view payload, FrameSink& sink);
    bool fail(Violation violation);

    Carry carry_;
    std::string message_;              ///< fragments so far
    std::uint32_t checked_bytes_ = 0;  ///< of the payload of the frame that is not whole yet
    Utf8Check utf8_;
    bool fragmented_ = false;  ///< a message has begun and its last frame is still to come
    bool text_ = false;        ///< that message is text
    bool closed_ = false;
    Violation violation_ = Violation::none;
};

}  // namespace pushbench::loadgen
