// Receiving allocates nothing either: from the bytes of a read to ledger and histograms, for every transport.
#include <gtest/gtest.h>

#include "allocations.hpp"
#include "asking.hpp"
#include "loadgen/crowd/tally.hpp"
#include "loadgen/message/marker.hpp"
#include "loadgen/our_speech.hpp"
#include "loadgen/recording_receiver.hpp"
#include "loadgen/transport/polling/client.hpp"
#include "loadgen/transport/sse/client.hpp"
#include "loadgen/transport/websocket/client.hpp"
#include "loadgen/transport/websocket/handshake.hpp"
#include "loadgen/transport/websocket_frames.hpp"
#include "notify/notification.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Type: ";

/// What a worker does with what a protocol finds.
struct Counting final : Receiver {
    explicit Counting(const std::vector<std::string>& topics) : tally{topics, MessageKind::json} {
        subscriber.ledger.begin(0);
    }
    void on_ready(std::string_view) override {}
    void on_message(std::string_view json) override { tally.deliver(subscriber, json, 2'000); }
    void on_other(std::string_view) override {}
    void on_gap() override {}
    void on_answer(bool empty) override { tally.answer(link, empty, 2'000); }
    void on_retry(std::chrono::milliseconds) override {}
    void on_refused(Refusal why) override { FAIL() << why.reason; }

    Subscriber subscriber;
    Link link{Channel{}, nullptr, 0};
    Tally tally;
};

std::string json(std::uint64_t seq) {
    return to_json(
        {seq, "default", 1'000, 1'100, "a payload that fits in no small string, to be sure of it"});
}

class Allocation : public ::testing::Test {
 protected:
    void open(std::unique_ptr<Protocol> opened, const std::string& answer) {
        protocol = std::move(opened);
        ask();
        ASSERT_EQ(protocol->received(answer, receiver, out), Next::go_on);
    }
    void ask() {
        out.clear();
        protocol->request(asking("default", "0"), out);
    }
    /// How many allocations a hundred deliveries took; `next` gives the bytes of each.
    template <class NextBytes>
    std::size_t take_hundred(NextBytes next, bool asks) {
        std::size_t during = 0;
        for (std::uint64_t seq = 1; seq <= 103; ++seq) {
            const std::string bytes = next(seq);
            const std::size_t before = allocations();
            if (protocol->received(bytes, receiver, out) != Next::go_on) return SIZE_MAX;
            if (asks) ask();
            if (seq > 3) during += allocations() - before;  // buffers that are kept have grown by then
        }
        EXPECT_EQ(receiver.tally.counters.delivered, 103);
        return during;
    }

    std::vector<std::string> topics{"default"};
    Counting receiver{topics};
    std::unique_ptr<Protocol> protocol;
    std::string out;
};

TEST_F(Allocation, SseReceivesWithout) {
    open(make_sse_client(our_speech("sse")),
         std::string{kHead} + "text/event-stream\r\nConnection: close\r\n\r\n");
    const auto event = [](std::uint64_t seq) {
        return "id: " + std::to_string(seq) + "\ndata: " + json(seq) + "\n\n";
    };
    EXPECT_EQ(take_hundred(event, false), 0U);
}

TEST_F(Allocation, WebSocketReceivesWithout) {
    protocol = make_websocket_client(our_speech("websocket"));
    ask();
    const std::string name = "Sec-WebSocket-Key: ";
    const std::string key = out.substr(out.find(name) + name.size(), 24);
    const std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        expected_accept(key) + "\r\n\r\n";
    ASSERT_EQ(protocol->received(answer, receiver, out), Next::go_on);
    const auto frame = [](std::uint64_t seq) { return server_frame(1, json(seq)); };
    EXPECT_EQ(take_hundred(frame, false), 0U);
}

TEST_F(Allocation, LongPollReceivesAndAsksWithout) {
    const auto answer = [](std::uint64_t seq) {
        const std::string body =
            R"({"cursor":)" + std::to_string(seq) + R"(,"notifications":[)" + json(seq) + "]}";
        return std::string{kHead} + "application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    };
    open(make_poll_client(our_speech("long-poll")), "HTTP/1.1 204 No Content\r\nCursor: 0\r\n\r\n");
    ask();
    EXPECT_EQ(take_hundred(answer, true), 0U);
}

/// How many allocations a hundred messages took, from their text to ledger and histograms and slices.
std::size_t tally_hundred(MessageKind kind, const std::string& topic, std::string (*message)(std::uint64_t)) {
    const std::vector<std::string> topics{topic};
    Tally tally{topics, kind};
    Subscriber subscriber;
    tally.begin_slices(0, 1'000'000'000);
    std::size_t during = 0;
    for (std::uint64_t seq = 1; seq <= 103; ++seq) {
        const std::string text = message(seq);
        const std::size_t before = allocations();
        tally.deliver(subscriber, text, 2'000);
        if (seq > 3) during += allocations() - before;
    }
    EXPECT_EQ(tally.counters.delivered, 103);
    return during;
}

TEST(AllocationOfMessages, NoKindTakesAny) {
    EXPECT_EQ(tally_hundred(MessageKind::json, "default", json), 0U);
    EXPECT_EQ(tally_hundred(MessageKind::opaque, "default", json), 0U);
    const auto any_order = [](std::uint64_t seq) {
        return R"({"more":[1,{"deep":"x"}],"payload":"a text that fits in no small string","topic":")"
               R"(a topic, escaped: \"default\", and longer than small","sent_ns":1100,"due_ns":1000,"seq":)" +
               std::to_string(seq) + "}";
    };
    EXPECT_EQ(
        tally_hundred(MessageKind::json, "a topic, escaped: \"default\", and longer than small", any_order),
        0U);
    const auto marked = [](std::uint64_t seq) {
        std::string text = R"({"envelope":"with a text that is longer than small, and )";
        append_marker(text, "a topic: encoded, and longer than small", seq, 1'000, 1'100);
        return text + "\"}";
    };
    EXPECT_EQ(tally_hundred(MessageKind::marker, "a topic: encoded, and longer than small", marked), 0U);
}

}  // namespace
}  // namespace pushbench::loadgen
