#include "websocket/frame.hpp"

#include <gtest/gtest.h>

#include "servers/life.hpp"

namespace pushbench::websocket {
namespace {

std::string bytes(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text += static_cast<char>(value);
    return text;
}

TEST(WebsocketFrame, HasTheShortestLength) {
    EXPECT_EQ(encode_frame(Opcode::text, ""), bytes({0x81, 0}));
    EXPECT_EQ(encode_frame(Opcode::text, "x"), bytes({0x81, 1, 'x'}));
    const auto head = [](std::size_t size) {
        const std::string frame = encode_frame(Opcode::text, std::string(size, 'x'));
        return frame.substr(0, frame.size() - size);
    };
    EXPECT_EQ(head(125), bytes({0x81, 125}));
    EXPECT_EQ(head(126), bytes({0x81, 126, 0, 126}));
    EXPECT_EQ(head(65535), bytes({0x81, 126, 0xff, 0xff}));
    EXPECT_EQ(head(65536), bytes({0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST(WebsocketFrame, GivesItsPayloadBack) {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U}) {
        const std::string payload(size, 'p');
        EXPECT_EQ(frame_payload(encode_frame(Opcode::text, payload)), payload);
    }
}

TEST(WebsocketFrame, OfACloseHasCodeAndReason) {
    EXPECT_EQ(encode_close(CloseCode::going_away, "bye"), bytes({0x88, 5, 0x03, 0xe9, 'b', 'y', 'e'}));
}

TEST(WebsocketFrame, OfControlHasItsOpcode) {
    EXPECT_EQ(encode_frame(Opcode::ping, "a"), bytes({0x89, 1, 'a'}));
    EXPECT_EQ(encode_frame(Opcode::pong, ""), bytes({0x8a, 0}));
}

TEST(WebsocketFrame, OfANotificationIsItsJsonAndTheLifeThatItIsOf) {
    EXPECT_EQ(frame_payload(encode(Notification{17, "t", 2, 3, "x"}, kLife)),
              R"({"seq":17,"topic":"t","due_ns":2,"sent_ns":3,"epoch":"life","payload":"x"})");
    EXPECT_EQ(frame_payload(encode_gap(Gap{"t", 3, 10, "life-9"})),
              R"({"gap":{"topic":"t","after":3,"first":10,"cursor":"life-9"}})");
}

}  // namespace
}  // namespace pushbench::websocket
