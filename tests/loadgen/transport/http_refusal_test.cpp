#include "loadgen/transport/http_refusal.hpp"

#include <gmock/gmock.h>

#include "recording_receiver.hpp"

namespace pushbench::loadgen {
namespace {

using namespace std::chrono_literals;

/// The head of an answer, as a client's reader gives it.
struct Answer final : ResponseSink {
    explicit Answer(const std::string& status, const std::string& lines = {}) {
        const std::string text = "HTTP/1.1 " + status + "\r\n" + lines + "Content-Length: 0\r\n\r\n";
        std::string_view rest;
        HttpResponse{}.read(text, *this, rest);
    }
    void on_head(const ResponseHead& head) override {
        refusal = refusal_of(head, "; more");
        after = retry_after(head, 784'111'777);  // Sun, 06 Nov 1994 08:49:37 GMT
        encoding = unasked_encoding(head);
    }
    void on_body(std::string_view) override {}
    void on_end() override {}

    Refusal refusal;
    std::optional<std::chrono::milliseconds> after;
    std::string encoding;
};

/// What a client says that was told this in the body, piece by piece.
std::string said(const std::vector<std::string>& pieces, int status = 421) {
    HttpRefusal refusal;
    Refusal why;
    why.status = status;
    why.reason = "421 Misdirected Request";
    refusal.refuse(why);
    for (const std::string& piece : pieces) refusal.add_body(piece);
    RecordingReceiver seen;
    refusal.tell(seen);
    EXPECT_EQ(seen.refusal.reason, "421 Misdirected Request");
    return seen.refusal.said;
}

TEST(HttpRefusal, PassesOnTheFirstLineOfTheBody) {
    EXPECT_EQ(said({"see --allow-host\n", "more\n"}), "see --allow-host");
    EXPECT_EQ(said({"\r\nsee ", "--allow", "-host\r\nmore"}), "see --allow-host");
    EXPECT_EQ(said({"without an end"}), "without an end");
    EXPECT_EQ(said({"für alle"}), "für alle");
    EXPECT_EQ(said({}), "");
    EXPECT_EQ(said({"\n\n"}), "");
    EXPECT_EQ(said({std::string(150, 'a'), std::string(150, 'b')}),
              std::string(150, 'a') + std::string(50, 'b'));
    EXPECT_EQ(said({"\x1f\x8b\x08"}), "") << "no text";
    EXPECT_EQ(said({"\x1b[31mred"}), "") << "a terminal would obey it";
    EXPECT_EQ(said({"caf\xc3"}), "") << "no UTF-8";
    EXPECT_EQ(said({"SSH-2.0"}, 0), "") << "there was no answer to have a body";
}

TEST(HttpRefusal, KnowsWhatPasses) {
    for (const char* status : {"408 Request Timeout", "425 Too Early", "429 Too Many Requests", "500 X",
                               "502 X", "503 X", "504 X"})
        EXPECT_FALSE(Answer{status}.refusal.for_good) << status;
    for (const char* status : {"204 No Content", "200 OK", "205 Reset", "301 X", "304 X", "400 X", "401 X",
                               "403 X", "404 X", "405 X", "410 X", "426 X", "501 X", "505 X"})
        EXPECT_TRUE(Answer{status}.refusal.for_good) << status;
    EXPECT_EQ(Answer{"404 Not Found"}.refusal.reason, "404 Not Found; more");
    EXPECT_EQ(Answer{"404 Not Found"}.refusal.status, 404);
}

TEST(HttpRefusal, KnowsWhereElseToAsk) {
    for (const char* status : {"301 X", "302 X", "303 X", "307 X", "308 X"})
        EXPECT_EQ((Answer{status, "Location: /b?c\r\n"}.refusal.location), "/b?c") << status;
    for (const char* status : {"300 X", "304 X", "404 X", "503 X"})
        EXPECT_EQ((Answer{status, "Location: /b?c\r\n"}.refusal.location), "") << status;
}

// RFC 9110 §10.2.3, dates in the three forms of §5.6.7.
TEST(HttpRefusal, ReadsRetryAfter) {
    const auto after = [](const std::string& value, const std::string& more = {}) {
        return Answer{"503 Busy", "Retry-After: " + value + "\r\n" + more}.after;
    };
    EXPECT_EQ(after("0"), 0ms);
    EXPECT_EQ(after("120"), 120s);
    EXPECT_EQ(after("Sun, 06 Nov 1994 08:49:57 GMT"), 20s);
    EXPECT_EQ(after("Sunday, 06-Nov-94 08:49:57 GMT"), 20s);
    EXPECT_EQ(after("Sun Nov  6 08:49:57 1994"), 20s);
    EXPECT_EQ(after("Sun, 06 Nov 1994 08:49:00 GMT"), 0s);  // gone by
    // By the server's own clock, where it tells the time.
    EXPECT_EQ(after("Sun, 06 Nov 1994 09:00:10 GMT", "Date: Sun, 06 Nov 1994 09:00:00 GMT\r\n"), 10s);
    EXPECT_EQ(after("99999999999999"), 24h);
    for (const char* wrong : {"", "soon", "-1x", "1.5", "120 s", "Sun, 06 Nov 1994", "99999999999999999999"})
        EXPECT_EQ(after(wrong), std::nullopt) << wrong;
    EXPECT_EQ(Answer{"503 Busy"}.after, std::nullopt);
    EXPECT_EQ((Answer{"503 Busy", "Retry-After: 2\r\n"}.refusal.retry_after), 2s);
}

TEST(HttpRefusal, SeesAnEncodingThatNobodyAskedFor) {
    EXPECT_EQ((Answer{"200 OK", "Content-Encoding: gzip\r\n"}.encoding), "gzip");
    EXPECT_EQ((Answer{"200 OK", "Content-Encoding: Identity\r\n"}.encoding), "");
    EXPECT_EQ(Answer{"200 OK"}.encoding, "");
}

TEST(MediaType, IsComparedWhole) {
    for (const char* right :
         {"text/event-stream", "Text/Event-Stream", "text/event-stream;charset=utf-8",
          "text/event-stream; charset=utf-8", "text/event-stream ;", " text/event-stream"})
        EXPECT_TRUE(is_media_type(right, "text/event-stream")) << right;
    for (const char* wrong : {"", "text/event-streamX", "text/event-strea", "text/html; text/event-stream"})
        EXPECT_FALSE(is_media_type(wrong, "text/event-stream")) << wrong;
}

}  // namespace
}  // namespace pushbench::loadgen
