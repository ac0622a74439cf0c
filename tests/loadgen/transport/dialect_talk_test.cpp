// Each shipped dialect of WebSocket against a handshake as its documentation gives it: what the client says,
// from when on it is subscribed, and what counts.
#include <gmock/gmock.h>

#include "loadgen/transport/talk.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(DialectTalk, PushbenchAsksAndListens) {
    Talk talk{"pushbench", "a"};
    EXPECT_THAT(talk.request,
                testing::StartsWith("GET /ws?topic=a HTTP/1.1\r\nHost: server:80\r\nUpgrade: websocket\r\n"));
    EXPECT_THAT(talk.accepted(), IsEmpty());
    EXPECT_EQ(talk.seen.ready, 1);
    talk.says(R"({"seq":1})");
    talk.says(R"({"gap":{}})");
    EXPECT_THAT(talk.seen.messages, ElementsAre(R"({"seq":1})"));
    EXPECT_EQ(talk.seen.gaps, 1);
}

TEST(DialectTalk, SaysHeadersOfTheCommandLineWithTheClientsOwnValues) {
    Talk talk{
        "plain", "t", "secret", {"Authorization: Bearer {token}", "X-Client: {i}", "Host: other.example"}};
    EXPECT_THAT(talk.request,
                HasSubstr("\r\nAuthorization: Bearer secret\r\nX-Client: 7\r\nHost: other.example\r\n"));
    EXPECT_THAT(talk.request, testing::Not(HasSubstr("server:80")));
}

// https://centrifugal.dev/docs/transports/client_protocol
TEST(DialectTalk, Centrifugo) {
    Talk talk{"centrifugo", "news", "jwt"};
    EXPECT_THAT(talk.request, HasSubstr("GET /connection/websocket HTTP/1.1\r\n"));
    EXPECT_THAT(talk.accepted(), ElementsAre(R"({"id":1,"connect":{"token":"jwt"}})"));
    EXPECT_EQ(talk.seen.ready, 0);
    EXPECT_THAT(talk.says(R"({"id":1,"connect":{"client":"c","version":"5","ping":25,"pong":true}})"),
                ElementsAre(R"({"id":2,"subscribe":{"channel":"news"}})"));
    EXPECT_EQ(talk.seen.ready, 0);
    EXPECT_THAT(talk.says(R"({"id":2,"subscribe":{}})"), IsEmpty());
    EXPECT_EQ(talk.seen.ready, 1);
    EXPECT_THAT(talk.says("{}\n"
                          R"({"push":{"channel":"news","pub":{"data":{"a":1}}}})"
                          "\n"
                          R"({"push":{"channel":"news","pub":{"data":2}}})"),
                ElementsAre("{}"));
    EXPECT_EQ(talk.seen.messages.size(), 2U);
    talk.says(R"({"push":{"channel":"news","join":{"info":{}}}})");
    EXPECT_EQ(talk.seen.messages.size(), 2U);
    talk.says(R"({"id":2,"error":{"code":103,"message":"permission denied"}})");
    EXPECT_THAT(talk.seen.refusal.reason, HasSubstr("permission denied"));
    EXPECT_EQ(talk.next, Next::close);
}

// https://socket.io/docs/v4/engine-io-protocol/ and socket-io-protocol/
TEST(DialectTalk, SocketIo) {
    Talk talk{"socket.io", "news"};
    EXPECT_THAT(talk.request, HasSubstr("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"));
    EXPECT_THAT(talk.accepted(), IsEmpty());
    EXPECT_THAT(talk.says(R"(0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000})"),
                ElementsAre(R"(40{"token":""})"));
    EXPECT_EQ(talk.seen.ready, 0);
    EXPECT_THAT(talk.says(R"(40{"sid":"y"})"), ElementsAre(R"(42["join","news"])"));
    EXPECT_EQ(talk.seen.ready, 1);
    EXPECT_THAT(talk.says("2"), ElementsAre("3"));
    EXPECT_THAT(talk.says(R"(42["news","text"])"), IsEmpty());
    EXPECT_THAT(talk.seen.messages, ElementsAre(R"(42["news","text"])"));
    talk.says(R"(44{"message":"Not authorized"})");
    EXPECT_THAT(talk.seen.refusal.reason, HasSubstr("Not authorized"));
}

// The hub protocol's specification, docs/specs/HubProtocol.md of dotnet/aspnetcore.
TEST(DialectTalk, SignalR) {
    Talk talk{"signalr", "news"};
    EXPECT_THAT(talk.accepted(), ElementsAre("{\"protocol\":\"json\",\"version\":1}\x1e"));
    EXPECT_EQ(talk.seen.ready, 0);
    EXPECT_THAT(talk.says("{}\x1e"),
                ElementsAre("{\"type\":1,\"target\":\"Subscribe\",\"arguments\":[\"news\"]}\x1e"));
    EXPECT_EQ(talk.seen.ready, 1);
    EXPECT_THAT(talk.says("{\"type\":6}\x1e{\"type\":1,\"target\":\"Send\",\"argu"), IsEmpty());
    EXPECT_THAT(talk.heartbeat(), ElementsAre("{\"type\":6}\x1e"));
    EXPECT_THAT(talk.says("ments\":[42]}\x1e"), IsEmpty());
    EXPECT_THAT(talk.seen.messages, ElementsAre(R"({"type":1,"target":"Send","arguments":[42]})"));
    talk.says("{\"type\":7,\"error\":\"Server is closing\"}\x1e");
    EXPECT_THAT(talk.seen.refusal.reason, HasSubstr("Server is closing"));
}

TEST(DialectTalk, SignalRSaysWhyAHandshakeFailed) {
    Talk talk{"signalr", "news"};
    talk.accepted();
    talk.says("{\"error\":\"Requested protocol 'json' is not available.\"}\x1e");
    EXPECT_EQ(talk.seen.ready, 0);
    EXPECT_THAT(talk.seen.refusal.reason, HasSubstr("is not available"));
}

// https://hexdocs.pm/phoenix/writing_a_channels_client.html
TEST(DialectTalk, Phoenix) {
    Talk talk{"phoenix", "room:lobby"};
    EXPECT_THAT(talk.request, HasSubstr("GET /socket/websocket?vsn=2.0.0&token= HTTP/1.1\r\n"));
    EXPECT_THAT(talk.heartbeat(), IsEmpty());
    EXPECT_THAT(talk.accepted(), ElementsAre(R"(["1","1","room:lobby","phx_join",{}])"));
    EXPECT_EQ(talk.seen.ready, 0);
    talk.says(R"(["1","1","room:lobby","phx_reply",{"response":{},"status":"ok"}])");
    EXPECT_EQ(talk.seen.ready, 1);
    talk.says(R"(["1",null,"room:lobby","presence_state",{}])");
    talk.says(R"([null,null,"room:lobby","new_msg",{"body":"a"}])");
    talk.says(R"(["1",null,"room:lobby","new_msg",{"body":"b"}])");
    EXPECT_EQ(talk.seen.messages.size(), 2U);
    EXPECT_THAT(talk.heartbeat(), ElementsAre(R"([null,"heartbeat","phoenix","heartbeat",{}])"));
    talk.says(R"([null,"heartbeat","phoenix","phx_reply",{"response":{},"status":"ok"}])");
    EXPECT_EQ(talk.seen.messages.size(), 2U);
    talk.says(R"(["1","1","room:lobby","phx_close",{}])");
    EXPECT_EQ(talk.next, Next::close);
    EXPECT_THAT(talk.heartbeat(), IsEmpty());
}

TEST(DialectTalk, PhoenixSaysWhyAJoinFailed) {
    Talk talk{"phoenix", "room:private"};
    talk.accepted();
    talk.says(
        R"(["1","1","room:private","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}])");
    EXPECT_EQ(talk.seen.ready, 0);
    EXPECT_THAT(talk.seen.refusal.reason, HasSubstr("unauthorized"));
}

// https://docs.anycable.io/misc/action_cable_protocol
TEST(DialectTalk, ActionCable) {
    Talk talk{"actioncable", "ChatChannel", "", {"Origin: http://localhost:3000"}};
    EXPECT_THAT(
        talk.request,
        HasSubstr("Sec-WebSocket-Protocol: actioncable-v1-json\r\nOrigin: http://localhost:3000\r\n"));
    EXPECT_THAT(talk.accepted("actioncable-v1-json"), IsEmpty());
    EXPECT_THAT(talk.says(R"({"type":"welcome"})"),
                ElementsAre(R"({"command":"subscribe","identifier":"{\"channel\":\"ChatChannel\"}"})"));
    EXPECT_THAT(talk.says(R"({"type":"ping","message":1700000000})"), IsEmpty());
    EXPECT_EQ(talk.seen.ready, 0);
    talk.says(R"({"identifier":"{\"channel\":\"ChatChannel\"}","type":"confirm_subscription"})");
    EXPECT_EQ(talk.seen.ready, 1);
    talk.says(R"({"identifier":"{\"channel\":\"ChatChannel\"}","message":{"text":"a"}})");
    EXPECT_EQ(talk.seen.messages.size(), 1U);
    talk.says(R"({"identifier":"{\"channel\":\"ChatChannel\"}","type":"reject_subscription"})");
    EXPECT_THAT(talk.seen.refusal.reason, HasSubstr("reject_subscription"));
}

// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
TEST(DialectTalk, GraphqlTransportWs) {
    Talk talk{"graphql-transport-ws", "subscription { news(of: \"x\") }"};
    EXPECT_THAT(talk.request, HasSubstr("GET /graphql HTTP/1.1\r\n"));
    EXPECT_THAT(talk.request, HasSubstr("Sec-WebSocket-Protocol: graphql-transport-ws\r\n"));
    EXPECT_THAT(talk.accepted("graphql-transport-ws"),
                ElementsAre(R"({"type":"connection_init","payload":{"token":""}})"));
    EXPECT_THAT(
        talk.says(R"({"type":"connection_ack"})"),
        ElementsAre(
            R"({"id":"1","type":"subscribe","payload":{"query":"subscription { news(of: \"x\") }"}})"));
    EXPECT_EQ(talk.seen.ready, 1);
    EXPECT_THAT(talk.says(R"({"type":"ping"})"), ElementsAre(R"({"type":"pong"})"));
    talk.says(R"({"id":"1","type":"next","payload":{"data":{"news":"a"}}})");
    EXPECT_EQ(talk.seen.messages.size(), 1U);
    talk.says(R"({"id":"1","type":"error","payload":[{"message":"Cannot query field"}]})");
    EXPECT_THAT(talk.seen.refusal.reason, HasSubstr("Cannot query field"));
}

// https://docs.nats.io/reference/reference-protocols/nats-protocol
TEST(DialectTalk, Nats) {
    Talk talk{"nats", "news"};
    const auto said = talk.accepted();
    ASSERT_EQ(said.size(), 1U);
    EXPECT_THAT(said[0], HasSubstr("\"auth_token\":\"\"}\r\nSUB news 1\r\nPING\r\n"));
    talk.says("INFO {\"server_id\":\"x\"}\r\n");
    EXPECT_EQ(talk.seen.ready, 0);
    EXPECT_THAT(talk.says("PONG\r\nPING\r\nMSG news 1 4\r\nPI"), ElementsAre("PONG\r\n"));
    EXPECT_EQ(talk.seen.ready, 1);
    EXPECT_THAT(talk.says("NG\r\n"), IsEmpty());
    EXPECT_THAT(talk.seen.messages, ElementsAre("PING"));
    talk.says("-ERR 'Authorization Violation'\r\n");
    EXPECT_THAT(talk.seen.refusal.reason, HasSubstr("Authorization Violation"));
}

}  // namespace
}  // namespace pushbench::loadgen
