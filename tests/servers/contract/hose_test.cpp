// bench/floor/floor_hose, by the clients that the servers are tested with.
#include <gtest/gtest.h>

#include "servers/contract/process.hpp"
#include "servers/contract/subscriber.hpp"

namespace pushbench::contract {
namespace {

class FloorHose : public ::testing::Test {
 protected:
    void start(const std::string& speak) {
        hose_ = std::make_unique<ServerProcess>(
            std::vector<std::string>{FLOOR_HOSE, "--speak", speak, "--notifications", "5000"});
    }
    void TearDown() override {
        hose_->signal(SIGTERM);
        EXPECT_EQ(hose_->wait_exit(), 0) << hose_->errors();
    }
    std::uint16_t port() const { return hose_->port(); }

    static void expect_all(Subscriber& subscriber) {
        std::uint64_t seq = 0;
        for (const Event& event : subscriber.take(5000)) {
            ASSERT_EQ(event.seq, ++seq);
            ASSERT_EQ(event.topic, "default");
            ASSERT_EQ(event.payload.size(), 128U);
        }
    }
    /// Each gets all of it, whatever the others take.
    void expect_all_by_several(std::unique_ptr<Subscriber> (*subscribe)(std::uint16_t, const Following&)) {
        std::vector<std::unique_ptr<Subscriber>> subscribers(3);
        for (auto& subscriber : subscribers) subscriber = subscribe(port(), {});
        for (const auto& subscriber : subscribers) expect_all(*subscriber);
        expect_all(*subscribe(port(), {}));
    }

 private:
    std::unique_ptr<ServerProcess> hose_;
};

TEST_F(FloorHose, SpeaksLines) {
    start("lines");
    Socket socket{port()};
    socket.send("defa");
    socket.send("ult\n");
    for (std::uint64_t seq = 1; seq <= 5000; ++seq) {
        const std::string line = socket.read_until("\n");
        ASSERT_TRUE(line.ends_with('\n')) << seq;
        ASSERT_EQ(event_of(line).seq, seq);
    }
    bool ended = true;
    socket.set_timeout(std::chrono::milliseconds{50});
    EXPECT_EQ(socket.read_to_end(&ended), "");
    EXPECT_FALSE(ended) << "who has it all is left alone";
}

TEST_F(FloorHose, SpeaksSse) {
    start("sse");
    expect_all_by_several(subscribe_by_sse);
}

TEST_F(FloorHose, SpeaksWebSocket) {
    start("websocket");
    expect_all_by_several(subscribe_by_websocket);
}

TEST_F(FloorHose, SpeaksLongPollOneNotificationAnAnswer) {
    start("long-poll");
    expect_all_by_several([](std::uint16_t port, const Following& following) {
        return subscribe_by_polling(port, following, "2s");
    });
    HttpClient client{port()};
    EXPECT_EQ(client.get("/poll?topic=default").header("Cursor"), "hose-0");
    const Answer answer = client.get("/poll?topic=default&after=0&wait=25s");
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_TRUE(answer.body.starts_with(R"({"cursor":"hose-1","notifications":[{"seq":1,)")) << answer.body;
    EXPECT_TRUE(answer.body.ends_with(R"("}]})")) << answer.body;
}

TEST_F(FloorHose, SpeaksShortPollWithoutEnd) {
    start("short-poll");
    HttpClient client{port()};
    const Answer first = client.get("/poll?topic=default");
    EXPECT_EQ(first.status, 204U);
    EXPECT_EQ(first.header("Cursor"), "hose-0");
    for (int i = 0; i < 6000; ++i) {
        const Answer answer = client.get("/poll?topic=default&after=0");
        ASSERT_EQ(answer.status, 204U);
        ASSERT_FALSE(answer.has("Cursor"));
    }
    // Several requests in one packet, the last of them cut.
    const std::string request = "GET /poll?after=0 HTTP/1.1\r\nHost: x\r\n\r\n";
    client.socket().send(request + request + request.substr(0, 9));
    client.socket().send(request.substr(9));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.read_answer().status, 204U);
}

TEST_F(FloorHose, OutlivesClientsThatVanish) {
    start("sse");
    for (int i = 0; i < 20; ++i) subscribe_by_sse(port(), {})->vanish();
    expect_all(*subscribe_by_sse(port(), {}));
}

}  // namespace
}  // namespace pushbench::contract
