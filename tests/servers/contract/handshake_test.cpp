// The opening handshake of a WebSocket (RFC 6455 §4), with Beast's framing and with our own.
#include "servers/contract/fixture.hpp"
#include "servers/contract/raw_websocket.hpp"

namespace pushbench::contract {
namespace {

class Handshake : public TransportTest {};

TEST_P(Handshake, IsThatOfTheStandard) {
    start();
    RawWebsocket client{server().port()};
    EXPECT_TRUE(client.head().starts_with("HTTP/1.1 101 ")) << client.head();
    EXPECT_NE(client.head().find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos) << client.head();
    const Answer plain = ask("/ws");
    EXPECT_EQ(plain.status, 426U);
    EXPECT_EQ(plain.header("Upgrade"), "websocket");
    const Headers old{{"Connection", "Upgrade"},
                      {"Upgrade", "websocket"},
                      {"Sec-WebSocket-Version", "8"},
                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    EXPECT_EQ(ask("/ws", old).status, 426U);
    EXPECT_EQ(ask("/ws", old).header("Sec-WebSocket-Version"), "13");
    EXPECT_EQ(plain.header("Sec-WebSocket-Version"), "13");
    const Headers keyless{
        {"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}};
    EXPECT_EQ(ask("/ws", keyless).status, 400U);
    client.socket().close();
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
}

// RFC 6455 §4.2.1, §11.3.1, §11.3.5.
TEST_P(Handshake, ThatIsWrongIsRefused) {
    start();
    const auto answer = [&](const std::string& version, const std::string& key) {
        Socket socket{server().port()};
        socket.send("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
                    version + key + "\r\n");
        return socket.read_until("\r\n").substr(9, 3);
    };
    const std::string version = "Sec-WebSocket-Version: 13\r\n";
    const auto key = [](const char* value) { return "Sec-WebSocket-Key: " + std::string{value} + "\r\n"; };
    const std::string good = key("dGhlIHNhbXBsZSBub25jZQ==");
    EXPECT_EQ(answer(version, good), "101");
    EXPECT_EQ(answer("", good), "426");
    EXPECT_EQ(answer("Sec-WebSocket-Version: 12\r\n", good), "426");
    EXPECT_EQ(answer(version + version, good), "400");
    EXPECT_EQ(answer(version, ""), "400");
    EXPECT_EQ(answer(version, good + good), "400");
    for (const char* bad : {"", "dGhlIHM=", "dGhlIHNhbXBsZSBub25j", "dGhlIHNhbXBsZSBub25jZWE=",
                            "dGhlIHNhbXBsZSBub25j!Q==", "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ=="})
        EXPECT_EQ(answer(version, key(bad)), "400") << bad;
}

TEST_P(Handshake, OfABrowserIsTaken) {
    start();
    Socket socket{server().port()};
    socket.send(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n");
    const std::string head = socket.read_until("\r\n\r\n");
    EXPECT_TRUE(head.starts_with("HTTP/1.1 101 ")) << head;
    EXPECT_EQ(head.find("Sec-WebSocket-Extensions"), std::string::npos) << "frames are encoded once, plain";
}

INSTANTIATE_TEST_SUITE_P(Framing, Handshake,
                         ::testing::Values(variant("WebSocket"), variant("WebSocketBeast")), variant_name);

}  // namespace
}  // namespace pushbench::contract
