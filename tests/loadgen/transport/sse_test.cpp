#include <gmock/gmock.h>

#include "asking.hpp"
#include "loadgen/transport/sse/client.hpp"
#include "loadgen/transport/sse/parser.hpp"
#include "pieces.hpp"
#include "recording_receiver.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Events final : SseSink {
    void on_event(std::string_view type, std::string_view data) override {
        all.push_back(std::string{type} + '|' + std::string{data});
    }
    void on_retry_ms(std::uint32_t delay_ms) override { retry_ms = delay_ms; }
    std::vector<std::string> all;
    std::uint32_t retry_ms = 0;
};

std::vector<std::string> parse(const std::vector<std::string>& pieces, std::string* id = nullptr) {
    SseParser parser;
    Events events;
    for (const std::string& piece : pieces) parser.feed(piece, events);
    if (id != nullptr) *id = parser.last_event_id();
    return events.all;
}

TEST(SseParser, ReadsEventsCutAnywhere) {
    const std::string text =
        "retry: 1000\n\nid: 17\ndata: {\"a\":1}\n\n: beat\n\nevent: gap\ndata:x\nid: 18\n\n";
    for (const auto& pieces : all_cuts(text)) {
        std::string id;
        EXPECT_THAT(parse(pieces, &id), ElementsAre("|{\"a\":1}", "gap|x"));
        EXPECT_EQ(id, "18");
    }
}

TEST(SseParser, TakesEveryKindOfLineEnd) {
    for (const char* text :
         {"data: a\ndata: b\n\ndata: c\n\n", "data: a\rdata: b\r\rdata: c\r\r",
          "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", "data: a\rdata: b\n\rdata: c\r\n\r"})
        for (const auto& pieces : all_cuts(text))
            EXPECT_THAT(parse(pieces), ElementsAre("|a\nb", "|c")) << text;
}

TEST(SseParser, SkipsAByteOrderMarkAtTheBeginningOnly) {
    for (const auto& pieces : all_cuts("\xEF\xBB\xBF"
                                       "data: a\n\n\xEF\xBB\xBF"
                                       "data: b\n\n"))
        EXPECT_THAT(parse(pieces), ElementsAre("|a"));
}

// The examples of the standard, §9.2.6.
TEST(SseParser, ExamplesOfTheStandard) {
    EXPECT_THAT(parse({"data: YHOO\ndata: +2\ndata: 10\n\n"}), ElementsAre("|YHOO\n+2\n10"));
    EXPECT_THAT(
        parse({": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"}),
        ElementsAre("|first event", "|second event"));
    EXPECT_THAT(parse({"data\n\ndata\ndata\n\ndata:"}), ElementsAre("|", "|\n"));
    EXPECT_THAT(parse({"data:test\n\ndata: test\n\n"}), ElementsAre("|test", "|test"));
}

TEST(SseParser, GoesOnFromTheIdOfAnEarlierStream) {
    SseParser parser;
    Events events;
    parser.begin("5");
    parser.feed("data: whole\n\ndata: half", events);
    EXPECT_THAT(events.all, ElementsAre("|whole"));
    EXPECT_EQ(parser.last_event_id(), "5");
}

TEST(SseParser, IgnoresWhatItMust) {
    SseParser parser;
    Events events;
    parser.feed(std::string_view{"id: a\0b\nretry: 12x\nunknown: 1\nevent: only\n\ndata: x\n\n", 52}, events);
    EXPECT_EQ(parser.last_event_id(), "");
    EXPECT_EQ(events.retry_ms, 0U);
    EXPECT_THAT(events.all, ElementsAre("|x"));
}

constexpr const char* head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

TEST(SseClient, FindsNotificationsAndGaps) {
    const std::string body =
        "retry: 1000\n\nid: 4\ndata: {\"seq\":4}\n\n:\n\nevent: gap\ndata: {\"gap\":1}\n\nid: 9\ndata: "
        "{\"seq\":9}\n\n";
    for (const auto& pieces : all_cuts(std::string{head} + "\r\n" + body)) {
        const auto client = make_sse_client();
        RecordingReceiver seen;
        std::string out;
        client->request(asking("default"), out);
        EXPECT_EQ(out,
                  "GET /events?topic=default HTTP/1.1\r\nHost: h:1\r\nAccept: text/event-stream\r\n"
                  "Cache-Control: no-cache\r\n\r\n");
        EXPECT_EQ(feed(*client, pieces, seen, out), Next::go_on);
        EXPECT_EQ(seen.ready, 1);
        EXPECT_EQ(seen.gaps, 1);
        EXPECT_EQ(seen.retry_ms, 1000);
        EXPECT_THAT(seen.messages, ElementsAre("{\"seq\":4}", "{\"seq\":9}"));
        EXPECT_EQ(client->cursor(), "9");
        out.clear();
        make_sse_client()->request(asking("default", client->cursor()), out);
        EXPECT_THAT(out, HasSubstr("\r\nLast-Event-ID: 9\r\n"));
    }
}

TEST(SseClient, UnderstandsAChunkedStream) {
    const std::string text = std::string{head} + "Transfer-Encoding: chunked\r\n\r\n" +
                             "9\r\ndata: {\"s\r\n6\r\neq\":4}\r\n2\r\n\n\n\r\n";
    for (const auto& pieces : all_cuts(text)) {
        const auto client = make_sse_client();
        RecordingReceiver seen;
        std::string out;
        client->request(asking("t"), out);
        EXPECT_EQ(feed(*client, pieces, seen, out), Next::go_on);
        EXPECT_THAT(seen.messages, ElementsAre("{\"seq\":4}"));
    }
}

TEST(SseClient, SaysWhatAWrongServerAnswered) {
    for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{
             {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404 Not Found"},
             {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nfull", "503 Service Unavailable"},
             {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", "200 OK and text/html; an SSE"},
             {"SSH-2.0-OpenSSH_9\r\n", "not HTTP"}}) {
        for (const auto& pieces : all_cuts(text)) {
            const auto client = make_sse_client();
            RecordingReceiver seen;
            std::string out;
            client->request(asking("t"), out);
            EXPECT_EQ(feed(*client, pieces, seen, out), Next::close);
            EXPECT_THAT(seen.refusal.reason, HasSubstr(said));
            EXPECT_EQ(seen.ready, 0);
        }
    }
}

}  // namespace
}  // namespace pushbench::loadgen
