// A WebSocket without a socket: frames in, frames out.
#include <gtest/gtest.h>

#include "servers/conformance/masking.hpp"
#include "servers/net/joined.hpp"
#include "servers/one_worker.hpp"
#include "websocket/session.hpp"

namespace pushbench::websocket {
namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;

class WebsocketStreamTest : public ::testing::Test, protected OneWorker, private Subscriber {
 protected:
    void begin(Stream& stream) { stream.begin({}, worker.hub, *this, {{"t"}, {}}, now); }
    /// What the stream says to a frame of its client.
    std::string say(Stream& stream, const std::string& frames) {
        std::string bytes = client_.masked(frames);
        stream.on_bytes(bytes, worker);
        return take(stream);
    }
    std::string take(Stream& stream) {
        Outbox::Buffers buffers;
        const Outbox::Gathered gathered = stream.gather(buffers);
        std::string bytes = joined(std::span{buffers}.first(gathered.count));
        stream.advance(bytes.size(), buffers, gathered, now);
        return bytes;
    }

    std::int64_t now = kMinuteNs;
    const Pace pace{kMinuteNs / 4, kMinuteNs};
    const Taken nothing{.most_bytes = 100, .text = false, .binary = false};

 private:
    void wake() override {}
    contract::Masking client_;
};

TEST_F(WebsocketStreamTest, AnswersPingsAndOneClose) {
    WebsocketStream stream{nothing, Purpose::notifications};
    begin(stream);
    EXPECT_EQ(say(stream, encode_frame(Opcode::ping, "a") + encode_frame(Opcode::ping, "b")),
              encode_frame(Opcode::pong, "a") + encode_frame(Opcode::pong, "b"));
    const std::string close = encode_close(CloseCode::normal, {});
    EXPECT_EQ(say(stream, close), close);
    EXPECT_TRUE(stream.is_finishing());
    EXPECT_EQ(say(stream, encode_frame(Opcode::ping, "late")), "");
}

TEST_F(WebsocketStreamTest, ClosesOnWhatItDoesNotTake) {
    WebsocketStream stream{nothing, Purpose::notifications};
    begin(stream);
    const std::string answer = say(stream, encode_frame(Opcode::text, "hm"));
    EXPECT_EQ(frame_payload(answer).substr(0, 2), "\x03\xf0") << "1008";
    EXPECT_TRUE(stream.is_finishing());
}

TEST_F(WebsocketStreamTest, EchoesInKind) {
    WebsocketStream stream{{.most_bytes = 100}, Purpose::echo};
    for (const Opcode kind : {Opcode::text, Opcode::binary})
        EXPECT_EQ(say(stream, encode_frame(kind, "hm")), encode_frame(kind, "hm"));
}

// Any word of it is an answer, not its pong alone.
TEST_F(WebsocketStreamTest, IsGoneWhereAPingIsNotAnswered) {
    WebsocketStream stream{nothing, Purpose::notifications};
    begin(stream);
    now += pace.heartbeat_ns;
    ASSERT_TRUE(stream.break_silence(now, pace));
    EXPECT_EQ(take(stream), encode_frame(Opcode::ping, {}));
    EXPECT_FALSE(stream.is_gone(now + kMinuteNs - 1, pace, false));
    EXPECT_TRUE(stream.is_gone(now + kMinuteNs, pace, false));
    say(stream, encode_frame(Opcode::pong, {}));
    EXPECT_FALSE(stream.is_gone(now + kMinuteNs, pace, false));
}

TEST_F(WebsocketStreamTest, GoesAwayBehindTheLastFrame) {
    WebsocketStream stream{nothing, Purpose::notifications};
    begin(stream);
    publish("(frame)");
    EXPECT_EQ(take(stream), "(frame)");
    stream.end();
    EXPECT_EQ(take(stream), encode_close(CloseCode::going_away, "server is going away"));
}

}  // namespace
}  // namespace pushbench::websocket
