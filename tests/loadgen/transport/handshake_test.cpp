#include <gmock/gmock.h>

#include "loadgen/transport/websocket/handshake.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;

std::string problem(const std::string& fields, std::string_view subprotocols = {}) {
    ResponseHead head;
    head.status = 101;
    head.lines = fields;
    return handshake_problem(head, "right", subprotocols);
}

const std::string upgrade = "Upgrade: websocket\r\n";
const std::string connection = "Connection: Upgrade\r\n";
const std::string accept = "Sec-WebSocket-Accept: right\r\n";
const std::string all = upgrade + connection + accept;

// RFC 6455 §1.3.
TEST(Handshake, AnswersTheKeyOfTheStandard) {
    EXPECT_EQ(expected_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_NE(new_websocket_key(), new_websocket_key());
    EXPECT_EQ(new_websocket_key().size(), 24U);
}

TEST(Handshake, TakesWhatTheStandardWants) {
    EXPECT_EQ(problem(all), "");
    EXPECT_EQ(problem("UPGRADE: WebSocket\r\nconnection: UPGRADE\r\nsec-websocket-accept:right\r\n"), "");
    EXPECT_EQ(problem(upgrade + accept + "Connection: keep-alive, Upgrade\r\n"), "");
    EXPECT_EQ(problem(upgrade + accept + "Connection: keep-alive\r\nConnection:\t, upgrade ,\r\n"), "");
    EXPECT_EQ(problem(all + "Sec-WebSocket-Extensions:\r\n"), "");
}

TEST(Handshake, SaysWhatIsMissingOrWrong) {
    EXPECT_THAT(problem(connection + accept), HasSubstr("without 'Upgrade: websocket'"));
    EXPECT_THAT(problem("Upgrade: h2c\r\n" + connection + accept), HasSubstr("without 'Upgrade: websocket'"));
    EXPECT_THAT(problem("Upgrade: websockets\r\n" + connection + accept), HasSubstr("without 'Upgrade"));
    EXPECT_THAT(problem(upgrade + accept), HasSubstr("without 'Connection: Upgrade'"));
    EXPECT_THAT(problem(upgrade + accept + "Connection: keep-alive\r\n"), HasSubstr("without 'Connection"));
    EXPECT_THAT(problem(upgrade + connection), HasSubstr("wrong Sec-WebSocket-Accept ''; 'right' would be"));
    EXPECT_THAT(problem(upgrade + connection + "Sec-WebSocket-Accept: Right\r\n"), HasSubstr("'Right'"));
}

TEST(Handshake, RefusesAnExtensionThatNobodyAskedFor) {
    EXPECT_THAT(problem(all + "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n"),
                HasSubstr("extension 'permessage-deflate; server_max_window_bits=10', which was not asked"));
}

TEST(Handshake, ASubprotocolIsOneOfThoseAskedFor) {
    const auto chosen = [](const std::string& name) {
        return all + "Sec-WebSocket-Protocol: " + name + "\r\n";
    };
    EXPECT_EQ(problem(chosen("chat"), "chat"), "");
    EXPECT_EQ(problem(chosen("chat"), "superchat, chat"), "");
    EXPECT_EQ(problem(all, "chat"), "");  // the server took none, which it may
    EXPECT_THAT(problem(chosen("chat")), HasSubstr("subprotocol 'chat', which was not asked for"));
    EXPECT_THAT(problem(chosen("Chat"), "chat"), HasSubstr("'Chat', which was not asked for"));
    EXPECT_THAT(problem(chosen("superchat, chat"), "superchat, chat"), HasSubstr("several subprotocols"));
    EXPECT_THAT(problem(chosen("superchat") + "Sec-WebSocket-Protocol: chat\r\n", "superchat, chat"),
                HasSubstr("several subprotocols"));
}

}  // namespace
}  // namespace pushbench::loadgen
