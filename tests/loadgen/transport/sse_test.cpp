#include <gmock/gmock.h>

#include "asking.hpp"
#include "loadgen/transport/sse/client.hpp"
#include "our_speech.hpp"
#include "pieces.hpp"
#include "recording_receiver.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

TEST(SseClient, FindsNotificationsAndGaps) {
    const std::string body =
        "retry: 1000\n\nid: 4\ndata: {\"seq\":4}\n\n:\n\nevent: gap\ndata: {\"gap\":1}\n\nid: 9\ndata: "
        "{\"seq\":9}\n\n";
    for (const auto& pieces : all_cuts(std::string{head} + "\r\n" + body)) {
        const auto client = make_sse_client(our_speech("sse"));
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
        make_sse_client(our_speech("sse"))->request(asking("default", client->cursor()), out);
        EXPECT_THAT(out, HasSubstr("\r\nLast-Event-ID: 9\r\n"));
    }
}

/// Where a connection that was cut behind `body` is gone on from.
std::string cursor_behind(const std::string& body, std::string_view begun_with = {}) {
    const auto client = make_sse_client(our_speech("sse"));
    RecordingReceiver seen;
    std::string out;
    client->request(asking("default", begun_with), out);
    feed(*client, {std::string{head} + "\r\n" + body}, seen, out);
    return std::string{client->cursor()};
}

// WHATWG HTML §9.2.6: what was not dispatched was not seen, and is asked for again.
TEST(SseClient, ACutTakesNothingWithIt) {
    const std::string six = "id: 5\ndata: a\n\nid: 6\ndata: b\n\n";
    EXPECT_EQ(cursor_behind(six + "id: 7\n"), "6");
    EXPECT_EQ(cursor_behind(six + "id: 7\ndata: c\n"), "6");
    EXPECT_EQ(cursor_behind(six + "id: 7\ndata: c\n\n"), "7");
    EXPECT_EQ(cursor_behind(six + "id: 7\n\n"), "7");
    EXPECT_EQ(cursor_behind(six + "id: 7\n: beat\n\n"), "7");
    EXPECT_EQ(cursor_behind(six + "id\ndata: c\n\n"), "");
    EXPECT_EQ(cursor_behind("data: a\n\n:\n\n"), "");
    EXPECT_EQ(cursor_behind(":\n\ndata: a\n\n", "41"), "41");
    EXPECT_EQ(cursor_behind("id:\n\n", "41"), "");
}

TEST(SseClient, GivesUpALineWithoutAnEnd) {
    const auto client = make_sse_client(our_speech("sse"));
    RecordingReceiver seen;
    std::string out;
    client->request(asking("default"), out);
    ASSERT_EQ(feed(*client, {std::string{head} + "\r\ndata:"}, seen, out), Next::go_on);
    const std::vector<std::string> pieces(300, std::string(64 * 1024, 'a'));
    EXPECT_EQ(feed(*client, pieces, seen, out), Next::close);
    EXPECT_THAT(seen.refusal.reason, HasSubstr("an event of over 16 MiB"));
    EXPECT_EQ(seen.refusal.status, 0);
}

TEST(SseClient, UnderstandsAChunkedStream) {
    const std::string text = std::string{head} + "Transfer-Encoding: chunked\r\n\r\n" +
                             "9\r\ndata: {\"s\r\n6\r\neq\":4}\r\n2\r\n\n\n\r\n";
    for (const auto& pieces : all_cuts(text)) {
        const auto client = make_sse_client(our_speech("sse"));
        RecordingReceiver seen;
        std::string out;
        client->request(asking("t"), out);
        EXPECT_EQ(feed(*client, pieces, seen, out), Next::go_on);
        EXPECT_THAT(seen.messages, ElementsAre("{\"seq\":4}"));
    }
}

TEST(SseClient, PassesOnWhatARefusalSays) {
    const auto client = make_sse_client(our_speech("sse"));
    RecordingReceiver seen;
    std::string out;
    client->request(asking("t"), out);
    feed(*client, {"HTTP/1.1 421 Misdirected Request\r\nContent-Length: 17\r\n\r\nsee --allow-host\n"}, seen,
         out);
    EXPECT_EQ(seen.refusal.status, 421);
    EXPECT_EQ(seen.refusal.said, "see --allow-host");
}

TEST(SseClient, SaysWhatAWrongServerAnswered) {
    for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{
             {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404 Not Found"},
             {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nfull", "503 Service Unavailable"},
             {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", "200 OK and text/html; an SSE"},
             {"SSH-2.0-OpenSSH_9\r\n", "not HTTP"}}) {
        for (const auto& pieces : all_cuts(text)) {
            const auto client = make_sse_client(our_speech("sse"));
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
