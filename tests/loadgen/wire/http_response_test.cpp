#include "loadgen/wire/http_response.hpp"

#include <gtest/gtest.h>

#include <string>

#include "pieces.hpp"

namespace pushbench::loadgen {
namespace {

using State = HttpResponse::State;

struct Seen final : ResponseSink {
    void on_head(const ResponseHead& head) override {
        statuses += describe(head) + ';';
        cursor = head.field("cursor").value_or("none");
    }
    void on_body(std::string_view piece) override { body += piece; }
    void on_end() override { ++ends; }

    std::string statuses;
    std::string cursor;
    std::string body;
    int ends = 0;
};

/// Feeds all pieces to one reader, going on with what is left over behind a whole response.
State read_all(HttpResponse& response, const std::vector<std::string>& pieces, Seen& seen,
               std::string& left) {
    State state = State::reading;
    for (const std::string& piece : pieces) {
        std::string_view rest = piece;
        do {
            std::string_view more;
            state = response.read(rest, seen, more);
            rest = more;
        } while (state == State::whole && !rest.empty());
        if (state == State::upgraded) {
            left += rest;
            response = HttpResponse{};
            for (const std::string* next = &piece + 1; next != pieces.data() + pieces.size(); ++next)
                left += *next;
            return state;
        }
        if (state == State::broken) return state;
    }
    return state;
}

TEST(HttpResponse, BodyOfKnownLength) {
    for (const auto& pieces : all_cuts("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCursor:  7 \r\n\r\nhello")) {
        HttpResponse response;
        Seen seen;
        std::string left;
        EXPECT_EQ(read_all(response, pieces, seen, left), State::whole);
        EXPECT_EQ(seen.statuses, "200 OK;");
        EXPECT_EQ(seen.cursor, "7");
        EXPECT_EQ(seen.body, "hello");
        EXPECT_EQ(seen.ends, 1);
        EXPECT_TRUE(response.idle());
    }
}

TEST(HttpResponse, OneAfterTheOther) {
    const std::string text =
        "HTTP/1.1 204 No Content\r\nCURSOR: 3\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab"
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    for (const auto& pieces : all_cuts(text)) {
        HttpResponse response;
        Seen seen;
        std::string left;
        EXPECT_EQ(read_all(response, pieces, seen, left), State::whole);
        EXPECT_EQ(seen.statuses, "204 No Content;200 OK;404 Not Found;");
        EXPECT_EQ(seen.body, "ab");
        EXPECT_EQ(seen.ends, 3);
    }
}

TEST(HttpResponse, ChunkedWithExtensionAndTrailer) {
    const std::string text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nB\r\n, wide "
        "worl\r\n1\r\nd\r\n0\r\n"
        "Trailer: 1\r\n\r\n";
    for (const auto& pieces : all_cuts(text)) {
        HttpResponse response;
        Seen seen;
        std::string left;
        EXPECT_EQ(read_all(response, pieces, seen, left), State::whole);
        EXPECT_EQ(seen.body, "hello, wide world");
        EXPECT_EQ(seen.ends, 1);
    }
}

TEST(HttpResponse, UntilTheConnectionCloses) {
    for (const auto& pieces : all_cuts("HTTP/1.0 200 OK\r\n\r\nsome text")) {
        HttpResponse response;
        Seen seen;
        std::string left;
        EXPECT_EQ(read_all(response, pieces, seen, left), State::reading);
        EXPECT_TRUE(response.closed(seen));
        EXPECT_EQ(seen.body, "some text");
        EXPECT_EQ(seen.ends, 1);
    }
}

TEST(HttpResponse, GivesBackWhatFollowsAnUpgrade) {
    const std::string text =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nframes";
    for (const auto& pieces : all_cuts(text)) {
        HttpResponse response;
        Seen seen;
        std::string left;
        EXPECT_EQ(read_all(response, pieces, seen, left), State::upgraded);
        EXPECT_EQ(seen.statuses, "101 Switching Protocols;");
        EXPECT_EQ(left, "frames");
    }
}

TEST(HttpResponse, KnowsItsEndOnlyByTheClose) {
    for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
             {"", "no answer before it closed"},
             {"HTTP/1.1 20", "an answer that ended within its head"},
             {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "an answer that ended before its body did"},
             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
              "an answer that ended before its body did"}}) {
        HttpResponse response;
        Seen seen;
        std::string left;
        EXPECT_EQ(read_all(response, {text}, seen, left), State::reading);
        EXPECT_FALSE(response.closed(seen));
        EXPECT_EQ(response.why(), why);
        EXPECT_EQ(seen.ends, 0);
    }
}

}  // namespace
}  // namespace pushbench::loadgen
