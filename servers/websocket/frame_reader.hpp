#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "notify/utf8.hpp"
#include "websocket/frame.hpp"

namespace pushbench::websocket {

/// A message of the client, or what was wrong with what it sent.
struct Message {
    enum class Kind { text, binary, ping, pong, close, violation };
    Kind kind = Kind::text;
    std::string payload;                    ///< unmasked; of a close, its reason
    CloseCode code = CloseCode::no_status;  ///< of a close or a violation
};

/// Which messages of a client are taken. Of those that are not, the first frame's head is enough to say so,
/// and nothing is held: a client must not fill the memory with what will be refused.
struct Taken {
    std::size_t most_bytes = 0;  ///< of a message; over that is a violation with code 1009
    bool text = true;            ///< otherwise a violation with code 1008
    bool binary = true;          ///< otherwise one with code 1003
};

/// Reads the client's frames (RFC 6455 §5), which are masked. Takes bytes as they come, does no I/O, and
/// holds no more than the message that is arriving.
class FrameReader {
 public:
    explicit FrameReader(const Taken& taken) : taken_(taken) {}

    /// Takes bytes off the front of `input` until a message is complete; empty when `input` is used up first.
    /// After a close or a violation nothing more is to be read.
    std::optional<Message> next(std::span<char>& input);

 private:
    bool read_header(std::span<char>& input);
    std::optional<Message> check_header() const;
    bool has_longer_length_than_needed() const;
    void begin_frame();
    bool take_payload(std::span<char>& input);
    std::optional<Message> complete_frame();
    std::optional<Message> complete_close();
    std::size_t header_bytes() const;

    Taken taken_;
    std::array<unsigned char, 14> header_{};  // 2 bytes, then a length of 0, 2 or 8, then the mask
    std::uint8_t header_read_ = 0;
    bool in_payload_ = false;
    Utf8Check utf8_;                        // of the text that is arriving
    bool fragmented_ = false;               // a message has begun and its last frame is still to come
    Opcode opcode_ = Opcode::text;          // of this frame
    Opcode message_opcode_ = Opcode::text;  // of the message its frames belong to
    std::uint64_t frame_bytes_ = 0;
    std::uint64_t frame_read_ = 0;
    std::string message_;  // data, across frames
    std::string control_;  // a control frame may stand between two of them (§5.5)
};

}  // namespace pushbench::websocket
