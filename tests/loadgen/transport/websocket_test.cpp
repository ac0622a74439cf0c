#include <gmock/gmock.h>

#include "asking.hpp"
#include "loadgen/transport/websocket/client.hpp"
#include "loadgen/transport/websocket/frame_reader.hpp"
#include "loadgen/transport/websocket/handshake.hpp"
#include "pieces.hpp"
#include "recording_receiver.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

struct Frames final : FrameSink {
    void on_message(std::string_view payload) override { all.push_back("message " + std::string{payload}); }
    void on_control(Opcode opcode, std::string_view payload) override {
        all.push_back("control " + std::to_string(static_cast<int>(opcode)) + " " + std::string{payload});
    }
    std::vector<std::string> all;
};

/// A frame as a server sends it: not masked.
std::string server_frame(int opcode, const std::string& payload, bool fin = true) {
    std::string out(1, static_cast<char>((fin ? 0x80 : 0) | opcode));
    if (payload.size() < 126) {
        out += static_cast<char>(payload.size());
    } else {
        out += static_cast<char>(126);
        out += static_cast<char>(payload.size() >> 8U);
        out += static_cast<char>(payload.size() & 0xFFU);
    }
    return out + payload;
}

TEST(FrameReader, ReadsFramesCutAnywhere) {
    const std::string longer(300, 'x');
    const std::string text = server_frame(1, "one") + server_frame(9, "?") + server_frame(1, longer) +
                             server_frame(1, "fra", false) + server_frame(10, "") +
                             server_frame(0, "gm", false) + server_frame(0, "ent") + server_frame(2, "") +
                             server_frame(8, "\x03\xE8");
    for (const auto& pieces : all_cuts(text)) {
        FrameReader reader;
        Frames frames;
        for (const std::string& piece : pieces) EXPECT_TRUE(reader.feed(piece, frames));
        EXPECT_THAT(frames.all, ElementsAre("message one", "control 9 ?", "message " + longer, "control 10 ",
                                            "message fragment", "message ", "control 8 \x03\xE8"));
    }
}

TEST(FrameReader, ReadsA64BitLength) {
    const std::string payload(70'000, 'y');
    const std::string text = "\x81\x7F\0\0\0\0\0\x01\x11\x70"s + payload;
    FrameReader reader;
    Frames frames;
    EXPECT_TRUE(reader.feed(text.substr(0, 40'000), frames));
    EXPECT_TRUE(reader.feed(text.substr(40'000), frames));
    EXPECT_THAT(frames.all, ElementsAre("message " + payload));
}

TEST(FrameReader, RefusesWhatTheStandardForbids) {
    const std::vector<std::string> wrong = {
        "\xC1\x01x"s,                                        // reserved bit without an extension
        "\x81\x81\0\0\0\0x"s,                                // masked by a server
        "\x83\x01x"s,                                        // unknown opcode
        "\x09\x01x"s,                                        // fragmented control frame
        "\x89\x7E\x00\x7E"s,                                 // control frame of more than 125 bytes
        server_frame(0, "x"),                                // continues nothing
        server_frame(1, "a", false) + server_frame(1, "b"),  // interrupts a message
    };
    for (const std::string& text : wrong) {
        FrameReader reader;
        Frames frames;
        EXPECT_FALSE(reader.feed(text, frames));
        EXPECT_EQ(reader.problem(), CloseCode::protocol_error);
    }
    FrameReader reader;
    Frames frames;
    EXPECT_FALSE(reader.feed("\x81\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, frames));
    EXPECT_EQ(reader.problem(), CloseCode::too_big);
}

// RFC 6455 §5.7: a masked text message of one frame, "Hello".
TEST(ClientFrame, MasksAsTheExampleOfTheStandard) {
    std::string out;
    append_client_frame(out, Opcode::text, "Hello", 0x37fa213d);
    EXPECT_EQ(out, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s);
}

TEST(ClientFrame, WritesLongLengths) {
    std::string out;
    append_client_frame(out, Opcode::text, std::string(300, 'a'), 0);
    EXPECT_EQ(out.substr(0, 4), "\x81\xFE\x01\x2C"s);
    out.clear();
    append_client_frame(out, Opcode::text, std::string(70'000, 'a'), 0);
    EXPECT_EQ(out.substr(0, 10), "\x81\xFF\0\0\0\0\0\x01\x11\x70"s);
}

// RFC 6455 §1.3.
TEST(Handshake, AnswersTheKeyOfTheStandard) {
    EXPECT_EQ(expected_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_NE(new_websocket_key(), new_websocket_key());
    EXPECT_EQ(new_websocket_key().size(), 24U);
}

std::string accept_for(const std::string& request) {
    const auto from = request.find("Sec-WebSocket-Key: ") + 19;
    return expected_accept(request.substr(from, request.find("\r\n", from) - from));
}

struct Session {
    std::unique_ptr<Protocol> client = make_websocket_client();
    RecordingReceiver seen;
    std::string out;
    std::string head;

    explicit Session(std::string_view cursor = {}) {
        client->request(asking("a%20b", cursor), out);
        head =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: "
            "Upgrade\r\nSec-WebSocket-Accept: " +
            accept_for(out) + "\r\n\r\n";
    }
};

TEST(WebSocketClient, AsksWithItsCursor) {
    EXPECT_THAT(Session{}.out,
                HasSubstr("GET /ws?topic=a%20b HTTP/1.1\r\nHost: h:1\r\nUpgrade: websocket\r\n"));
    EXPECT_THAT(Session{"7"}.out, HasSubstr("GET /ws?topic=a%20b&after=7 HTTP/1.1\r\n"));
}

TEST(WebSocketClient, FindsNotificationsAnswersPingsAndCloses) {
    const std::string frames = server_frame(1, "{\"seq\":4}") + server_frame(9, "beat") +
                               server_frame(1, "{\"gap\":{}}") + server_frame(1, "{\"seq\":9}") +
                               server_frame(8, "\x03\xE9going");
    const std::size_t length = Session{}.head.size() + frames.size();
    for (std::size_t cut = 0; cut != length; ++cut) {
        Session s;
        const std::string text = s.head + frames;
        s.out.clear();
        const std::vector<std::string> pieces = {text.substr(0, cut), text.substr(cut)};
        EXPECT_EQ(feed(*s.client, pieces, s.seen, s.out), Next::close);
        EXPECT_EQ(s.seen.ready, 1);
        EXPECT_EQ(s.seen.gaps, 1);
        EXPECT_THAT(s.seen.messages, ElementsAre("{\"seq\":4}", "{\"seq\":9}"));
        ASSERT_EQ(s.out.size(), 6 + 4 + 6 + 2U);  // a pong of 4 bytes and a close of 2, both masked
        EXPECT_EQ(s.out[0], '\x8A');
        EXPECT_EQ(s.out[10], '\x88');
        EXPECT_EQ(s.out[16] ^ s.out[12], '\x03');
        EXPECT_EQ(s.out[17] ^ s.out[13], '\xE9');
    }
}

TEST(WebSocketClient, SaysGoodbyeOnce) {
    Session s;
    feed(*s.client, {s.head}, s.seen, s.out);
    s.out.clear();
    s.client->goodbye(s.out);
    EXPECT_EQ(s.out.size(), 8U);
    EXPECT_EQ(feed(*s.client, {server_frame(8, "\x03\xE8")}, s.seen, s.out), Next::close);
    EXPECT_EQ(s.out.size(), 8U);
}

TEST(WebSocketClient, RefusesWrongHandshakes) {
    const auto refusal = [](const std::string& answer) {
        Session s;
        EXPECT_EQ(feed(*s.client, {answer}, s.seen, s.out), Next::close);
        EXPECT_EQ(s.seen.ready, 0);
        return s.seen.refusal.reason;
    };
    EXPECT_THAT(refusal("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
                HasSubstr("404 Not Found; a WebSocket"));
    EXPECT_THAT(refusal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), HasSubstr("200 OK"));
    EXPECT_THAT(refusal("HTTP/1.1 101 S\r\nUpgrade: h2c\r\n\r\n"), HasSubstr("without 'Upgrade: websocket'"));
    EXPECT_THAT(refusal("HTTP/1.1 101 S\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAA\r\n\r\n"),
                HasSubstr("wrong Sec-WebSocket-Accept 'AAAA'"));
    EXPECT_THAT(refusal("\x16\x03\x01"), HasSubstr("not HTTP"));
}

}  // namespace
}  // namespace pushbench::loadgen
