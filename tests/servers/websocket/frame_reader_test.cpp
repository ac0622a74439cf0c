#include "websocket/frame_reader.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pushbench::websocket {
namespace {

using Kind = Message::Kind;
constexpr std::size_t kMost = 100'000;

/// A frame as a client sends it: masked.
std::string frame(unsigned head, std::string_view payload, std::string_view mask = "\x37\xfa\x21\x3d") {
    std::string out{static_cast<char>(head)};
    const auto size = payload.size();
    const int bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
    out += static_cast<char>(0x80 | (bytes == 0 ? size : bytes == 2 ? 126U : 127U));
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(size >> shift & 0xff);
    out += mask;
    for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
    return out;
}

/// Reads `bytes` handed over in pieces of `piece` bytes, until they are used up, or a close or a violation.
std::vector<Message> read(std::string bytes, std::size_t piece = SIZE_MAX, std::size_t most = kMost) {
    FrameReader reader{{.most_bytes = most}};
    std::vector<Message> messages;
    for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size())) {
        std::span<char> input{bytes.data() + at, std::min(piece, bytes.size() - at)};
        while (auto message = reader.next(input)) {
            messages.push_back(*message);
            if (message->kind == Kind::close || message->kind == Kind::violation) return messages;
        }
        EXPECT_TRUE(input.empty());
    }
    return messages;
}

Message read_one(const std::string& bytes) {
    const auto messages = read(bytes);
    EXPECT_EQ(messages.size(), 1U);
    return messages.empty() ? Message{} : messages.front();
}

void expect_violation(const std::string& bytes, CloseCode code) {
    for (const std::size_t piece : {std::size_t{1}, SIZE_MAX}) {
        const auto messages = read(bytes, piece);
        ASSERT_FALSE(messages.empty());
        EXPECT_EQ(messages.back().kind, Kind::violation);
        EXPECT_EQ(messages.back().code, code) << messages.back().payload;
    }
}

TEST(FrameReader, ReadsEverySizeAndUnmasks) {
    for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 5U, 125U, 126U, 127U, 65535U, 65536U}) {
        std::string payload(size, '\0');
        for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>('a' + i % 26);
        const Message message = read_one(frame(0x81, payload));
        EXPECT_EQ(message.kind, Kind::text);
        EXPECT_EQ(message.payload, payload) << size;
    }
}

TEST(FrameReader, RefusesALengthInALongerFormThanNeeded) {
    const std::string mask(4, '\0');
    expect_violation(std::string("\x81\xfe\0\x7d", 4) + mask + std::string(125, 'x'),
                     CloseCode::protocol_error);
    expect_violation(std::string("\x81\xff\0\0\0\0\0\0\0\x01", 10) + mask + "x", CloseCode::protocol_error);
    expect_violation(std::string("\x82\xff\0\0\0\0\0\0\xff\xff", 10) + mask, CloseCode::protocol_error);
    expect_violation(std::string("\x82\xff\x80\0\0\0\0\0\0\0", 10) + mask, CloseCode::protocol_error);
}

TEST(FrameReader, SaysThatTextIsNotUtf8AsSoonAsItIsNot) {
    FrameReader reader{{.most_bytes = kMost}};
    std::string bytes = frame(0x01, "a\xed") + frame(0x80, "\xa0" + std::string(1000, 'x')).substr(0, 9);
    std::span<char> input{bytes};
    const auto message = reader.next(input);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->code, CloseCode::invalid_payload);
    EXPECT_EQ(read(frame(0x82, "\xff") + frame(0x81, "ok")).back().payload, "ok");
}

// A conversation with everything in it, however the bytes come.
TEST(FrameReader, ReadsTheSameHoweverTheBytesAreSplit) {
    const std::string bytes = frame(0x81, "whole") + frame(0x01, "in ") + frame(0x89, "ping") +
                              frame(0x00, "three ") + frame(0x8a, "") + frame(0x80, "parts ☃") +
                              frame(0x82, std::string(300, 'b')) + frame(0x81, "") +
                              frame(0x88,
                                    "\x03\xe8"
                                    "bye");
    const std::vector<std::pair<Kind, std::string>> expected{{Kind::text, "whole"},
                                                             {Kind::ping, "ping"},
                                                             {Kind::pong, ""},
                                                             {Kind::text, "in three parts ☃"},
                                                             {Kind::binary, std::string(300, 'b')},
                                                             {Kind::text, ""},
                                                             {Kind::close, "bye"}};
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        const auto messages = read(bytes, piece);
        ASSERT_EQ(messages.size(), expected.size()) << piece;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_EQ(messages[i].kind, expected[i].first);
            EXPECT_EQ(messages[i].payload, expected[i].second);
        }
        EXPECT_EQ(messages.back().code, CloseCode::normal);
    }
}

TEST(FrameReader, LeavesTheBytesBehindAMessage) {
    std::string bytes = frame(0x81, "a") + frame(0x81, "b");
    std::span<char> input{bytes};
    FrameReader reader{{.most_bytes = kMost}};
    EXPECT_EQ(reader.next(input)->payload, "a");
    EXPECT_EQ(input.size(), bytes.size() / 2);
}

TEST(FrameReader, ReadsCloses) {
    EXPECT_EQ(read_one(frame(0x88, "")).code, CloseCode::no_status);
    const Message close = read_one(frame(0x88,
                                         "\x0f\xa0"
                                         "reason"));
    EXPECT_EQ(static_cast<int>(close.code), 4000);
    EXPECT_EQ(close.payload, "reason");
}

std::string close_frame(int code) {
    return frame(0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)});
}

TEST(FrameReader, RefusesCloseCodesThatMustNotBeSent) {
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535})
        expect_violation(close_frame(code), CloseCode::protocol_error);
    for (const int code : {1000, 1003, 1007, 1014, 3000, 4999})
        EXPECT_EQ(read_one(close_frame(code)).kind, Kind::close) << code;
    expect_violation(frame(0x88, "x"), CloseCode::protocol_error);
}

TEST(FrameReader, RefusesBrokenFrames) {
    expect_violation({"\x81\x01x", 3}, CloseCode::protocol_error);  // not masked
    expect_violation({"\x81\x00", 2}, CloseCode::protocol_error);   // not masked, and empty
    for (const unsigned reserved : {0x40U, 0x20U, 0x10U})
        expect_violation(frame(0x81 | reserved, "x"), CloseCode::protocol_error);
    for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U})
        expect_violation(frame(0x80 | opcode, ""), CloseCode::protocol_error);
    for (const unsigned control : {0x08U, 0x09U, 0x0aU})
        expect_violation(frame(control, ""), CloseCode::protocol_error);  // in fragments
    for (const unsigned control : {0x88U, 0x89U, 0x8aU})
        expect_violation(frame(control, std::string(126, 'x')), CloseCode::protocol_error);
}

TEST(FrameReader, RefusesBrokenFragments) {
    expect_violation(frame(0x80, "x"), CloseCode::protocol_error);
    expect_violation(frame(0x00, "x"), CloseCode::protocol_error);
    expect_violation(frame(0x01, "a") + frame(0x81, "b"), CloseCode::protocol_error);
    expect_violation(frame(0x81, "whole") + frame(0x80, "more"), CloseCode::protocol_error);
}

TEST(FrameReader, RefusesTextThatIsNotUtf8) {
    for (const char* text : {"\xff", "\xc0\x80", "\xed\xa0\x80", "a\xe2\x82"})
        expect_violation(frame(0x81, text), CloseCode::invalid_payload);
    expect_violation(frame(0x01, "\xe2\x82") + frame(0x80, "x"), CloseCode::invalid_payload);
    expect_violation(frame(0x88, "\x03\xe8\xff"), CloseCode::invalid_payload);
    EXPECT_EQ(read(frame(0x01, "\xe2") + frame(0x80, "\x98\x83")).back().payload, "☃")
        << "a character may be split between fragments";
    EXPECT_EQ(read_one(frame(0x82, "\xff")).kind, Kind::binary) << "binary is anything";
}

// Six bytes are its head: nothing of it is held.
TEST(FrameReader, RefusesWhatIsNotTakenBeforeItComes) {
    const Taken nothing{.most_bytes = kMost, .text = false, .binary = false};
    for (const auto& [head, code] : {std::pair{0x81U, CloseCode::policy_violation},
                                     {0x01U, CloseCode::policy_violation},
                                     {0x82U, CloseCode::unsupported_data}}) {
        FrameReader reader{nothing};
        std::string bytes = frame(head, "x").substr(0, 6);
        std::span<char> input{bytes};
        const auto message = reader.next(input);
        ASSERT_TRUE(message) << head;
        EXPECT_EQ(message->kind, Kind::violation);
        EXPECT_EQ(message->code, code);
    }
    FrameReader reader{nothing};
    std::string ping = frame(0x89, "still answered");
    std::span<char> input{ping};
    EXPECT_EQ(reader.next(input)->kind, Kind::ping);
}

TEST(FrameReader, RefusesWhatIsTooBigBeforeItComes) {
    EXPECT_EQ(read(frame(0x81, std::string(10, 'x')), SIZE_MAX, 10).back().kind, Kind::text);
    const auto over = read(frame(0x81, std::string(11, 'x')).substr(0, 6), SIZE_MAX, 10);
    ASSERT_EQ(over.size(), 1U);
    EXPECT_EQ(over[0].code, CloseCode::message_too_big);
    const auto parts = read(frame(0x01, "123456") + frame(0x80, "78901"), SIZE_MAX, 10);
    EXPECT_EQ(parts.back().code, CloseCode::message_too_big);
    expect_violation(std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14),
                     CloseCode::message_too_big);
}

}  // namespace
}  // namespace pushbench::websocket
