#include <gmock/gmock.h>

#include "loadgen/transport/limits.hpp"
#include "loadgen/transport/websocket/client_frame.hpp"
#include "loadgen/transport/websocket/frame_reader.hpp"
#include "pieces.hpp"
#include "websocket_frames.hpp"
#include "websocket_session.hpp"

namespace pushbench::loadgen {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::string_literals;

struct Frames final : FrameSink {
    void on_message(std::string_view payload) override { all.push_back("message " + std::string{payload}); }
    void on_control(Opcode opcode, std::string_view payload) override {
        all.push_back("control " + std::to_string(static_cast<int>(opcode)) + " " + std::string{payload});
    }
    std::vector<std::string> all;
};

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

struct Wrong {
    std::string bytes;
    Violation violation;
    unsigned code = 1002;
};

std::vector<Wrong> wrong_headers() {
    return {
        {"\xC1\x01x"s, Violation::reserved_bit},
        {"\xA1\x01x"s, Violation::reserved_bit},
        {"\x99\x01x"s, Violation::reserved_bit},
        {"\x83\x01x"s, Violation::unknown_opcode},
        {"\x8B\x01x"s, Violation::unknown_opcode},
        {"\x81\x81\0\0\0\0x"s, Violation::masked},
        {"\x89\x80\0\0\0\0"s, Violation::masked},
        {"\x81\x7E\x00\x05"s, Violation::long_length},
        {"\x82\x7E\x00\x7D"s, Violation::long_length},
        {"\x81\x7F\0\0\0\0\0\0\0\x05"s, Violation::long_length},
        {"\x81\x7F\0\0\0\0\0\0\xFF\xFF"s, Violation::long_length},
        {"\x81\x7F\x80\0\0\0\0\x01\0\0"s, Violation::length_sign},
        {"\x81\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, Violation::too_big, 1009},
        {"\x82\x7F\0\0\0\0\x01\0\0\x01"s, Violation::too_big, 1009},
        {"\x09\x01x"s, Violation::control_fragmented},
        {"\x08\x00"s, Violation::control_fragmented},
        {"\x89\x7E\x00\x7E"s, Violation::control_too_long},
        {"\x88\x7F"s, Violation::control_too_long},
        {server_frame(0, "x"), Violation::nothing_to_continue},
        {server_frame(1, "a") + server_frame(0, "x", false), Violation::nothing_to_continue},
        {server_frame(1, "a", false) + server_frame(1, "b"), Violation::message_in_message},
        {server_frame(2, "a", false) + server_frame(9, "") + server_frame(2, "b"),
         Violation::message_in_message},
    };
}

std::vector<Wrong> wrong_payloads() {
    return {
        {server_frame(8, "\x03"), Violation::close_cut_short},
        {server_frame(8, close_payload(1005)), Violation::close_code},
        {server_frame(8, close_payload(1015)), Violation::close_code},
        {server_frame(8, close_payload(1016)), Violation::close_code},
        {server_frame(8, close_payload(2999)), Violation::close_code},
        {server_frame(8, close_payload(5000)), Violation::close_code},
        {server_frame(8, close_payload(1000, "\xFF")), Violation::close_reason, 1007},
        {server_frame(8, close_payload(1000, "\xE2\x82")), Violation::close_reason, 1007},
        {server_frame(1, "a\xFF"), Violation::text, 1007},
        {server_frame(1, "a\xE2\x82"), Violation::text, 1007},
        {server_frame(1, "\xE2", false) + server_frame(0, "\x82"), Violation::text, 1007},
        {server_frame(1, "\xE2", false) + server_frame(9, "\xFF") + server_frame(0, "\x28", false),
         Violation::text, 1007},
        {server_frame(1, "\xE2", false) + server_frame(0, "", false) + server_frame(0, ""), Violation::text,
         1007},
        // What is no UTF-8 counts before its frame is whole.
        {"\x81\x05\xFF"s, Violation::text, 1007},
        {"\x81\x7E\x01\x00"s + std::string(200, 'a') + "\xC3("s, Violation::text, 1007},
    };
}

TEST(FrameReader, RefusesWhatTheStandardForbids) {
    for (const auto& wrong : {wrong_headers(), wrong_payloads()})
        for (const Wrong& one : wrong)
            for (const auto& pieces : all_cuts(one.bytes + server_frame(1, "behind"))) {
                SCOPED_TRACE(describe(one.violation));
                FrameReader reader;
                Frames frames;
                bool well = true;
                for (const std::string& piece : pieces) well = reader.feed(piece, frames);
                EXPECT_FALSE(well);
                EXPECT_EQ(reader.violation(), one.violation);
                EXPECT_EQ(static_cast<unsigned>(close_code(reader.violation())), one.code);
                EXPECT_THAT(frames.all, Not(Contains("message behind")));
            }
}

TEST(FrameReader, TakesEveryCodeThatMayBeSent) {
    for (const unsigned code : {1000U, 1001U, 1003U, 1007U, 1011U, 1012U, 1013U, 1014U, 3000U, 4999U})
        EXPECT_EQ(close_violation(close_payload(code, "\xE2\x82\xAC")), Violation::none) << code;
}

TEST(FrameReader, LooksAtNothingBehindAClose) {
    for (const auto& pieces : all_cuts(server_frame(1, "a") + server_frame(8, close_payload(1000)) +
                                       server_frame(1, "b") + "\xFF\xFF\xFF")) {
        FrameReader reader;
        Frames frames;
        for (const std::string& piece : pieces) EXPECT_TRUE(reader.feed(piece, frames));
        EXPECT_THAT(frames.all, ElementsAre("message a", "control 8 \x03\xE8"));
    }
}

TEST(FrameReader, CountsFragmentsTogether) {
    FrameReader reader;
    Frames frames;
    const std::string half(longest_message_bytes / 2, 'a');
    EXPECT_TRUE(reader.feed(server_frame(2, half, false), frames));
    EXPECT_TRUE(reader.feed(server_frame(0, half, false), frames));
    EXPECT_FALSE(reader.feed(server_frame(0, "b"), frames));
    EXPECT_EQ(reader.violation(), Violation::too_big);
}

TEST(FrameReader, BinaryMayHoldAnything) {
    const std::string text =
        server_frame(2, "\xFF\xFE", false) + server_frame(0, "\xC0") + server_frame(9, "\xFF");
    for (const auto& pieces : all_cuts(text)) {
        FrameReader reader;
        Frames frames;
        for (const std::string& piece : pieces) EXPECT_TRUE(reader.feed(piece, frames));
        EXPECT_THAT(frames.all, ElementsAre("message \xFF\xFE\xC0", "control 9 \xFF"));
    }
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

using Session = WebSocketSession;

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

// RFC 6455 §5.5.3: each ping is answered, and all answers to one read leave together.
TEST(WebSocketClient, AnswersEveryPingOfARead) {
    Session s;
    s.open();
    std::string pings;
    std::vector<std::string> pongs;
    for (int i = 0; i != 100; ++i) {
        pings += server_frame(9, std::to_string(i)) + server_frame(1, "{}");
        pongs.push_back("pong " + std::to_string(i));
    }
    EXPECT_EQ(feed(*s.client, {pings}, s.seen, s.out), Next::go_on);
    EXPECT_EQ(client_frames(s.out), pongs);
}

// A flood of pings may be answered by the last pong only.
TEST(WebSocketClient, BoundsWhatItAnswers) {
    Session s;
    s.open();
    std::string pings;
    for (int i = 0; i != 40'000; ++i) pings += server_frame(9, "");
    pings += server_frame(9, "last");
    EXPECT_EQ(feed(*s.client, {pings}, s.seen, s.out), Next::go_on);
    EXPECT_LT(s.out.size(), 70'000U);
    EXPECT_EQ(client_frames(s.out).back(), "pong last");
}

TEST(WebSocketClient, SaysHowTheProtocolWasBroken) {
    Session s;
    s.open();
    EXPECT_EQ(feed(*s.client, {"\x81\x81\0\0\0\0x"s}, s.seen, s.out), Next::close);
    EXPECT_THAT(s.seen.refusal.reason, HasSubstr("a masked frame"));
    EXPECT_THAT(client_frames(s.out), ElementsAre("close 1002"));
}

TEST(WebSocketClient, RefusesWrongHandshakes) {
    const auto refusal = [](const std::string& answer) {
        Session s;
        EXPECT_EQ(feed(*s.client, {answer}, s.seen, s.out), Next::close);
        EXPECT_EQ(s.seen.ready, 0);
        return s.seen.refusal.reason + s.seen.refusal.said;
    };
    EXPECT_THAT(refusal("HTTP/1.1 403 Forbidden\r\nContent-Length: 20\r\n\r\nsee --allow-origin\r\n"),
                HasSubstr("see --allow-origin"));
    EXPECT_THAT(refusal("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
                HasSubstr("404 Not Found; a WebSocket"));
    EXPECT_THAT(refusal("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), HasSubstr("200 OK"));
    EXPECT_THAT(refusal("HTTP/1.1 101 S\r\nUpgrade: h2c\r\n\r\n"), HasSubstr("without 'Upgrade: websocket'"));
    EXPECT_THAT(refusal("HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: "
                        "Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n"),
                HasSubstr("wrong Sec-WebSocket-Accept 'AAAA'"));
    EXPECT_THAT(refusal("\x16\x03\x01"), HasSubstr("not HTTP"));
}

}  // namespace
}  // namespace pushbench::loadgen
