// One program for all transports: one source, one cursor.
#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Push : public ServerTest {
 protected:
    void start(const std::vector<std::string>& more = {}) { ServerTest::start(variant("PushSse"), more); }
    std::unique_ptr<Subscriber> by(const std::string& name, const Following& following = {}) {
        return variant(name).subscribe(server().port(), following);
    }
};

const char* const kAll[] = {"PushLongPoll", "PushWebSocket", "PushSse"};

TEST_F(Push, OnePublishReachesTheClientsOfEach) {
    for (const char* threads : {"1", "2"}) {
        start({"--threads", threads});
        std::vector<std::unique_ptr<Subscriber>> all;
        for (const char* each : kAll) all.push_back(by(each));
        publish("to all");
        for (const auto& one : all) {
            const Event event = one->next();
            EXPECT_EQ(event.payload, "to all");
            EXPECT_EQ(event.seq, 1U);
        }
        EXPECT_EQ(metric("pushbench_deliveries_total"), 3U);
    }
}

TEST_F(Push, AClientGoesOnByAnyOtherTransport) {
    start();
    for (const char* from : kAll)
        for (const char* to : kAll) {
            std::string cursor;
            {
                const auto before = by(from);
                publish("seen");
                before->next();
                cursor = before->cursor();
            }
            for (int i = 0; i < 5; ++i) publish(std::to_string(i));
            const auto after = by(to, {{}, cursor});
            const auto events = after->take(5);
            EXPECT_EQ(events.front().payload, "0") << from << " to " << to << " after " << cursor;
            EXPECT_EQ(events.back().payload, "4");
        }
}

// All that was asked for on a connection before it became a stream comes before the stream.
TEST_F(Push, AnswersToEarlierRequestsLeaveBeforeAStreamOnTheSameConnection) {
    const std::string host = " HTTP/1.1\r\nHost: localhost\r\n";
    const std::string poll = "GET /poll?after=0" + host + "\r\n";
    const std::string upgrade =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (const std::string& stream :
         {"GET /events?after=0" + host + "\r\n", "GET /ws?after=0" + host + upgrade + "\r\n"})
        for (const char* framing : {"shared", "beast"}) {
            start({"--framing", framing});
            publish("one");
            Socket socket{server().port()};
            socket.send(poll + poll + stream);
            EXPECT_NE(socket.read_until("]}").find("one"), std::string::npos);
            const std::string second = socket.read_until("]}");
            EXPECT_TRUE(second.starts_with("HTTP/1.1 200 ")) << second;
            EXPECT_NE(second.find("one"), std::string::npos);
            EXPECT_TRUE(socket.read_until("\r\n\r\n").starts_with("HTTP/1.1 "));
            EXPECT_NE(socket.read_until("}").find("one"), std::string::npos) << "on the stream";
        }
}

TEST_F(Push, SpeaksOnlyWhatItWasToldTo) {
    start({"--transports", "sse,polling"});
    EXPECT_EQ(ask("/ws").status, 404U);
    EXPECT_EQ(ask("/poll").status, 204U);
    EXPECT_NE(ask("/nothing").body.find("there is GET /events GET /poll"), std::string::npos)
        << ask("/nothing").body;
}

}  // namespace
}  // namespace pushbench::contract
