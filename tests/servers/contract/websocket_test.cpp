// What is WebSocket's alone (RFC 6455), frame by frame, with Beast's framing and with our own.
#include "servers/contract/fixture.hpp"
#include "servers/contract/raw_websocket.hpp"

namespace pushbench::contract {
namespace {

class Websocket : public TransportTest {
 protected:
    /// The server must answer `bytes` with that close code, then end the connection.
    void expect_closed(std::string_view bytes, unsigned code) {
        RawWebsocket client{server().port()};
        client.socket().send(bytes);
        const Frame frame = client.read();
        EXPECT_EQ(frame.head, 0x88U) << "for code " << code;
        EXPECT_EQ(frame.code(), code) << frame.payload;
        bool ended = false;
        client.send(0x88, close_payload(code));
        client.socket().read_to_end(&ended);
        EXPECT_TRUE(ended) << "for code " << code;
    }
};

TEST_P(Websocket, WhatNeverBecomesUtf8IsNotPublished) {
    start({"--allow-publish"});
    // A character that the last fragment, an empty one, cuts short.
    expect_closed(masked(0x01, "\xe2\x82") + masked(0x80, ""), 1007);
    EXPECT_EQ(metric("pushbench_notifications_total"), 0U);
}

TEST_P(Websocket, EchoIsThereWhenAskedForAndAnswersBeforeAClose) {
    start();
    EXPECT_EQ(ask("/echo").status, 404U);
    start({"--echo"});
    EXPECT_EQ(ask("/echo").status, 426U);
    RawWebsocket client{server().port(), "/echo"};
    client.socket().send(masked(0x82, "\xff") + masked(0x81, "last") + masked(0x88, close_payload(1000)));
    EXPECT_EQ(client.read().payload, "\xff");
    EXPECT_EQ(client.read().payload, "last");
    EXPECT_EQ(client.read().code(), 1000U);
    RawWebsocket broken{server().port(), "/echo"};
    broken.socket().send(masked(0x81, "last") + masked(0x83, "x"));
    EXPECT_EQ(broken.read().payload, "last");
    EXPECT_EQ(broken.read().code(), 1002U);
}

TEST_P(Websocket, APingIsAnsweredWithItsPayload) {
    start();
    RawWebsocket client{server().port()};
    for (const std::size_t size : {0U, 1U, 125U}) {
        client.send(0x89, std::string(size, 'p'));
        const Frame pong = client.read();
        EXPECT_EQ(pong.head, 0x8aU);
        EXPECT_EQ(pong.payload, std::string(size, 'p'));
    }
    client.send(0x8a, "unasked for");  // must be ignored
    publish("on");
    EXPECT_EQ(client.read().head, 0x81U);
}

TEST_P(Websocket, ACloseIsAnsweredInKind) {
    start();
    for (const unsigned code : {1000U, 1001U, 3000U, 4999U})
        expect_closed(masked(0x88, close_payload(code)), code);
    RawWebsocket client{server().port()};
    client.send(0x88, {});
    EXPECT_EQ(client.read().head, 0x88U);
    bool ended = false;
    EXPECT_EQ(client.socket().read_to_end(&ended), "");
    EXPECT_TRUE(ended);
    client.socket().close();
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
}

TEST_P(Websocket, ViolationsAre1002) {
    start({"--allow-publish"});
    const std::string unmasked{"\x81\x01x", 3};
    expect_closed(unmasked, 1002);
    expect_closed(masked(0xc1, "x"), 1002);                      // a reserved bit
    expect_closed(masked(0x83, "x"), 1002);                      // an opcode nobody has defined
    expect_closed(masked(0x8b, ""), 1002);                       // a control opcode nobody has defined
    expect_closed(masked(0x80, "x"), 1002);                      // continues nothing
    expect_closed(masked(0x09, "x"), 1002);                      // a control frame in fragments
    expect_closed(masked(0x89, std::string(126, 'x')), 1002);    // a control frame too long
    expect_closed(masked(0x01, "a") + masked(0x81, "b"), 1002);  // a message inside another
    expect_closed(masked(0x88, "x"), 1002);                      // a close code cut short
    std::vector<unsigned> codes{0, 999, 1004, 1005, 1006, 1015, 2999};
    if (GetParam().name == "WebSocket") codes.push_back(5000);  // Beast takes any code over 3000
    for (const unsigned code : codes) expect_closed(masked(0x88, close_payload(code)), 1002);
}

TEST_P(Websocket, TextThatIsNotUtf8Is1007) {
    start({"--allow-publish"});
    for (const char* text : {"\xff", "\xc0\x80", "\xed\xa0\x80", "abc\xe2\x82"})
        expect_closed(masked(0x81, text), 1007);
    EXPECT_EQ(metric("pushbench_notifications_total"), 0U);
}

TEST_P(Websocket, MessagesAreRefusedUnlessAllowed) {
    start();
    expect_closed(masked(0x81, "hello"), 1008);
    expect_closed(masked(0x82, "binary"), 1003);
    // Before it has come: what will be refused must not be held.
    const std::string begun = masked(0x81, std::string(60'000, 'x')).substr(0, 8 + 1);
    expect_closed(begun, 1008);
    start({"--allow-publish"});
    expect_closed(masked(0x82, "binary"), 1003);
}

TEST_P(Websocket, AMessageTooBigIs1009) {
    start({"--allow-publish"});
    expect_closed(masked(0x81, std::string(64 * 1024 + 1, 'x')), 1009);
    const std::string half(40 * 1024, 'x');
    expect_closed(masked(0x01, half) + masked(0x80, half), 1009);
    expect_closed(std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14), 1009);
    EXPECT_TRUE(metric_reaches("pushbench_refusals_total", 3, "message_too_large"));
    start({"--allow-publish", "--max-message-bytes", "5000"});
    expect_closed(masked(0x81, std::string(5001, 'x')), 1009);
}

TEST_P(Websocket, AMessageIsPublishedWhenAllowed) {
    start({"--allow-publish", "--threads", "2"});
    RawWebsocket client{server().port()};
    const auto other = subscribe();
    std::vector<std::string> messages{
        "", "x", "ünïcödé ☃", std::string(125, 'a'), std::string(126, 'b'), std::string(64 * 1024, 'c')};
    for (const std::string& message : messages) client.send(0x81, message);
    client.send(0x01, "in ");
    client.send(0x89, "ping between");
    client.send(0x00, "three ");
    client.send(0x80, "parts");
    messages.emplace_back("in three parts");
    std::uint64_t seq = 0;
    for (const std::string& message : messages) {
        const Event event = other->next();
        EXPECT_EQ(event.payload, message);
        EXPECT_EQ(event.seq, ++seq);
    }
}

TEST_P(Websocket, FramesMayComeByteByByte) {
    start({"--allow-publish"});
    RawWebsocket client{server().port()};
    const std::string bytes = masked(0x01, "byte ") + masked(0x80, std::string(200, 'b'));
    for (const char c : bytes) client.socket().send({&c, 1});
    const Frame frame = client.read();
    EXPECT_EQ(frame.head, 0x81U);
    EXPECT_EQ(event_of(frame.payload).payload, "byte " + std::string(200, 'b'));
}

TEST_P(Websocket, HeartbeatsArePings) {
    start({"--heartbeat", "100ms"});
    RawWebsocket client{server().port()};
    for (int i = 0; i < 3; ++i) {
        const Frame ping = client.read();
        ASSERT_EQ(ping.head, 0x89U);
        client.send(0x8a, ping.payload);
    }
    client.socket().finish_sending();
    const std::size_t more = client.socket().read_to_end().size() / std::string_view{"\x89\0", 2}.size();
    EXPECT_EQ(metric("pushbench_heartbeats_total"), 3 + more);
}

TEST_P(Websocket, AClientThatAnswersNoPingIsClosed) {
    start({"--heartbeat", "100ms", "--idle-timeout", "300ms"});
    RawWebsocket mute{server().port()};
    RawWebsocket answering{server().port()};
    const auto answer_and_look = [&] {
        const Frame ping = answering.read();
        EXPECT_EQ(ping.head, 0x89U);
        answering.send(0x8a, ping.payload);
        return metric("pushbench_connections") == 1;
    };
    EXPECT_TRUE(eventually(answer_and_look));
    publish("for the one that answers");
    Frame frame = answering.read();
    while (frame.head == 0x89) frame = answering.read();
    EXPECT_EQ(frame.head, 0x81U);
}

TEST_P(Websocket, ShutdownIs1001) {
    start();
    RawWebsocket client{server().port()};
    server().signal(15);
    const Frame frame = client.read();
    EXPECT_EQ(frame.head, 0x88U);
    EXPECT_EQ(frame.code(), 1001U);
    client.send(0x88, close_payload(1001));
    bool ended = false;
    EXPECT_EQ(client.socket().read_to_end(&ended), "");
    EXPECT_TRUE(ended);
    EXPECT_EQ(server().wait_exit(std::chrono::milliseconds{5000}), 0);
}

TEST_P(Websocket, AClientThatHasVanishedIsClosed) {
    for (const char* heartbeat : {"100ms", "0"}) {
        start({"--heartbeat", heartbeat, "--idle-timeout", "1s"});
        RawWebsocket client{server().port()};
        client.socket().vanish();
        EXPECT_TRUE(metric_reaches("pushbench_connections", 0)) << heartbeat;
    }
}

TEST_P(Websocket, HeartbeatsGoOnAfterAStall) {
    start({"--heartbeat", "100ms", "--idle-timeout", "1h"});
    RawWebsocket client{server().port(), 4096};
    const std::string large(512 * 1024, 'x');
    for (int i = 0; i < 16; ++i) publish(large);
    ASSERT_LT(metric("pushbench_deliveries_total"), 16U);
    for (int messages = 0; messages < 16;) {
        const unsigned head = client.read().head;  // Beast sends them in fragments
        messages += head == 0x81U || head == 0x80U ? 1 : 0;
    }
    EXPECT_EQ(client.read().head, 0x89U);
}

// What one read brings is answered by one write.
TEST_P(Websocket, ManyPingsAreAnsweredTogether) {
    if (GetParam().name == "WebSocketBeast") GTEST_SKIP() << "Beast answers each by itself";
    start({"--heartbeat", "0"});
    RawWebsocket client{server().port()};
    std::string pings;
    for (int i = 0; i < 5000; ++i) pings += masked(0x89, "p");
    const std::uint64_t before = metric("pushbench_writes_total");
    client.socket().send(pings);
    for (int i = 0; i < 5000; ++i) ASSERT_EQ(client.read().payload, "p");
    EXPECT_LT(metric("pushbench_writes_total") - before, 500U);
}

// Pongs are owed to a client, but not without end to one that never takes them.
TEST_P(Websocket, PingsFromAClientThatDoesNotReadCostNoMemory) {
    start({"--heartbeat", "0"});
    RawWebsocket client{server().port(), 4096};
    RawWebsocket other{server().port()};
    client.socket().set_timeout(std::chrono::milliseconds{200});
    std::string pings;
    for (int i = 0; i < 500; ++i) pings += masked(0x89, std::string(125, 'p'));
    const std::size_t before_bytes = server().resident_bytes();
    for (int i = 0; i < 800; ++i)  // 52 MB, or less where the server stops reading
        if (!client.socket().send(pings)) break;
    other.send(0x89, "still served");
    EXPECT_EQ(other.read().payload, "still served");
    if (!kSanitized) {
        EXPECT_LT(server().resident_bytes(), before_bytes + 16 * 1024 * 1024);
    }
}

INSTANTIATE_TEST_SUITE_P(Framing, Websocket,
                         ::testing::Values(variant("WebSocket"), variant("WebSocketBeast")), variant_name);

}  // namespace
}  // namespace pushbench::contract
