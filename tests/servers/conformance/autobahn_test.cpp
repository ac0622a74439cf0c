// The server's side of the Autobahn cases: groups 1 to 7, 9 and 10 against /echo, by both framings. Groups 12
// and 13 are about compression, which is never offered. The byte sequences are those of the client's side,
// masked.
#include <map>
#include <set>
#include <thread>

#include "loadgen/transport/autobahn_cases.hpp"
#include "servers/conformance/masking.hpp"
#include "servers/contract/fixture.hpp"
#include "servers/contract/raw_websocket.hpp"

namespace pushbench::contract {
namespace {

using loadgen::AutobahnCase;

/// What a server sent back, up to the end of the connection.
struct Heard {
    std::vector<std::string> messages, said;
    bool ended = false;
};

Heard hear(RawWebsocket& client) {
    Heard heard;
    std::string message;
    for (Frame frame = client.read(); frame.head != 0 || !frame.payload.empty(); frame = client.read()) {
        const unsigned opcode = frame.head & 0x0fU;
        if (opcode == 8)
            heard.said.push_back("close " +
                                 (frame.payload.empty() ? std::string{} : std::to_string(frame.code())));
        if (opcode == 10) heard.said.push_back("pong " + frame.payload);
        if (opcode > 2) continue;
        message += frame.payload;
        if ((frame.head & 0x80U) != 0) heard.messages.push_back(std::exchange(message, {}));
    }
    client.socket().read_to_end(&heard.ended);
    return heard;
}

/// Where Beast does otherwise than this table, and what it says. None of them is ours to mend: Beast reads
/// the close frame, and answers it, before its user sees it.
const std::map<std::string, std::vector<std::string>> kBeast{{"7.3.1", {"close 1000"}},
                                                             {"7.5.1", {"close 1002"}},
                                                             {"7.13.1", {"close 5000"}},
                                                             {"7.13.2", {"close 65535"}}};

class Autobahn : public TransportTest {
 protected:
    void SetUp() override { start({"--echo", "--heartbeat", "0"}); }

    void expect_passed(const AutobahnCase& one) {
        SCOPED_TRACE("case " + one.id);
        EXPECT_TRUE(ids_.insert(one.id).second) << "twice";
        RawWebsocket client{server().port(), "/echo"};
        // A case that must fail early is told no more than it takes; others are sent while their answers are
        // read.
        const std::size_t reads =
            one.fails_at < 0 ? one.reads.size() : static_cast<std::size_t>(one.fails_at) + 1;
        std::jthread sender{[&] {
            Masking masking;
            for (std::size_t i = 0; i < reads; ++i)
                if (!client.socket().send(masking.masked(one.reads[i]))) return;
        }};
        const Heard heard = hear(client);
        const auto known = kBeast.find(one.id);
        const bool is_known = GetParam().name == "WebSocketBeast" && known != kBeast.end();
        EXPECT_EQ(heard.said, is_known ? known->second : one.said);
        // Not by a matcher: it would print 16 MiB.
        EXPECT_EQ(heard.messages.size(), one.messages.size());
        EXPECT_TRUE(heard.messages == one.messages);
        EXPECT_TRUE(heard.ended);
    }
    void expect_all_passed(const std::vector<AutobahnCase>& cases, std::size_t count) {
        for (const AutobahnCase& one : cases) expect_passed(one);
        EXPECT_EQ(ids_.size(), count);
    }

    std::set<std::string> ids_;
};

TEST_P(Autobahn, Framing) {
    expect_all_passed(loadgen::autobahn_framing(), 16 + 11 + 7 + 10);
}

TEST_P(Autobahn, Fragmentation) {
    expect_all_passed(loadgen::autobahn_fragmentation(), 20);
}

TEST_P(Autobahn, Utf8) {
    expect_all_passed(loadgen::autobahn_utf8(), 145);
}

TEST_P(Autobahn, Closing) {
    expect_all_passed(loadgen::autobahn_closing(), 37);
}

TEST_P(Autobahn, Limits) {
    loadgen::each_autobahn_limit([&](const AutobahnCase& one) { expect_passed(one); });
    EXPECT_EQ(ids_.size(), 54U + 1U);
}

INSTANTIATE_TEST_SUITE_P(Framing, Autobahn,
                         ::testing::Values(variant("WebSocket"), variant("WebSocketBeast"),
                                           variant("PushWebSocket")),
                         variant_name);

}  // namespace
}  // namespace pushbench::contract
