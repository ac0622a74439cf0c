// Responses as a table of bytes: what a server may send and what it may not, each cut at every byte.
#include <gtest/gtest.h>

#include <string>

#include "loadgen/wire/http_response.hpp"
#include "pieces.hpp"

namespace pushbench::loadgen {
namespace {

using State = HttpResponse::State;

struct Bytes {
    const char* what;
    std::string text;
    std::string outcome;  ///< "200:body|204:|" and what is unfinished, or how it broke: "! why"
};

/// Writes down whatever a reader tells.
struct Scribe final : ResponseSink {
    void on_head(const ResponseHead& head) override {
        text += std::to_string(head.status) + (head.keeps_alive() ? ":" : " closes:");
    }
    void on_body(std::string_view piece) override { text += piece; }
    void on_end() override { text += '|'; }

    std::string text;
};

std::string outcome_of(const std::vector<std::string>& pieces) {
    HttpResponse response;
    Scribe scribe;
    for (const std::string& piece : pieces) {
        std::string_view rest = piece;
        do {
            std::string_view more;
            const State state = response.read(rest, scribe, more);
            if (state == State::broken) return "! " + std::string{response.why()};
            rest = more;
        } while (!rest.empty());
    }
    response.closed(scribe);
    return scribe.text;
}

std::string ok(const std::string& lines) {
    return "HTTP/1.1 200 OK\r\n" + lines;
}

void check(const std::vector<Bytes>& table) {
    for (const Bytes& row : table)
        for (const auto& pieces : all_cuts(row.text))
            ASSERT_EQ(outcome_of(pieces), row.outcome) << row.what << ", first piece " << pieces[0].size();
}

TEST(HttpBytes, WhatAServerMaySend) {
    check({
        {"length", ok("Content-Length: 2\r\n\r\nab"), "200:ab|"},
        {"length 0", ok("Content-Length: 0\r\n\r\n"), "200:|"},
        {"two in turn", ok("Content-Length: 1\r\n\r\na") + ok("Content-Length: 1\r\n\r\nb"), "200:a|200:b|"},
        {"until close", ok("\r\nabc"), "200:abc|"},
        {"lines that end in LF", "HTTP/1.1 200 OK\nContent-Length: 2\n\nab", "200:ab|"},
        {"both ends mixed", "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 2\n\r\nab", "200:ab|"},
        {"head ends LF LF", "HTTP/1.1 200 OK\nContent-Type: text/event-stream\n\n:\n\n", "200::\n\n|"},
        {"no header at all", "HTTP/1.1 204 None\r\n\r\n", "204:|"},
        {"no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200:|"},
        {"empty reason", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "200:|"},
        {"names in any case", ok("CONTENT-length: 1\r\n\r\na"), "200:a|"},
        {"no space before a value", ok("Content-Length:1\r\n\r\na"), "200:a|"},
        {"the same length twice", ok("Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), "200:a|"},
        {"the same length in a list", ok("Content-Length: 1, 1\r\n\r\na"), "200:a|"},
        {"a field over two lines", ok("X: a\r\n b\r\nContent-Length:\r\n\t2\r\n\r\nab"), "200:ab|"},
        {"204 has no body", "HTTP/1.1 204 x\r\nContent-Length: 5\r\n\r\n" + ok("Content-Length: 1\r\n\r\na"),
         "204:|200:a|"},
        {"304 has no body", "HTTP/1.1 304 x\r\nTransfer-Encoding: chunked\r\n\r\n", "304:|"},
        {"interim ones",
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
             ok("Content-Length: 1\r\n\r\na"),
         "200:a|"},
        {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", "200 closes:a|"},
        {"HTTP/1.0 that stays", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na",
         "200:a|"},
        {"close", ok("Connection: close\r\nContent-Length: 0\r\n\r\n"), "200 closes:|"},
        {"close in a list", ok("Connection: keep-alive, close\r\nContent-Length: 0\r\n\r\n"), "200 closes:|"},
        {"close in a second line",
         ok("Connection: keep-alive\r\nConnection:  CLOSE \r\nContent-Length: 0\r\n\r\n"), "200 closes:|"},
        {"a token that only begins so", ok("Connection: closed, x-close\r\nContent-Length: 0\r\n\r\n"),
         "200:|"},
    });
}

TEST(HttpBytes, Chunks) {
    const std::string chunked = ok("Transfer-Encoding: chunked\r\n\r\n");
    check({
        {"chunks", chunked + "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "200:abc|"},
        {"hexadecimal", chunked + "0000A\r\n0123456789\r\n0\r\n\r\n", "200:0123456789|"},
        {"extensions", chunked + "1;a=\"b;c\";d\r\na\r\n0 ;x\r\n\r\n", "200:a|"},
        {"trailers", chunked + "1\r\na\r\n0\r\nX: y\r\nZ: 1\r\n\r\n", "200:a|"},
        {"the coding in any case", ok("transfer-encoding: Chunked\r\n\r\n0\r\n\r\n"), "200:|"},
        {"the next one behind", chunked + "0\r\n\r\n" + ok("Content-Length: 1\r\n\r\na"), "200:|200:a|"},
        {"no number", chunked + "xyz\r\n", "! a chunk size that is no number"},
        {"empty", chunked + "\r\n", "! a chunk size that is no number"},
        {"negative", chunked + "-1\r\n", "! a chunk size that is no number"},
        {"0x", chunked + "0x1\r\n", "! a chunk size that is no number"},
        {"over 64 bits", chunked + "10000000000000000\r\n", "! a chunk size that is no number"},
        {"space before", chunked + " 1\r\n", "! a chunk size that is no number"},
        {"longer than it says", chunked + "1\r\nab\r\n", "! a chunk that is longer than its size"},
        {"its end is a CR alone", chunked + "1\r\na\rb", "! a chunk that is longer than its size"},
    });
}

TEST(HttpBytes, WhatIsNoResponse) {
    const std::string no_http = "! something that is not HTTP/1.1";
    const std::string bad_status = "! a status line that is none of HTTP/1.1";
    const std::string no_length = "! a Content-Length that is no length";
    const std::string no_name = "! a header line without a name";
    const std::string coding = "! a Transfer-Encoding that is not chunked alone, which nobody asked for";
    check({
        {"another protocol", "SSH-2.0-OpenSSH\r\n\r\n", no_http},
        {"a TLS alert", "\x15\x03\x01", no_http},
        {"an empty line before", "\r\nHTTP/1.1 200 OK\r\n\r\n", no_http},
        {"in small letters", "http/1.1 200 OK\r\n\r\n", no_http},
        {"HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", no_http},
        {"HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n", bad_status},
        {"no status", "HTTP/1.1\r\n\r\n", bad_status},
        {"letters", "HTTP/1.1 abc\r\n\r\n", bad_status},
        {"two digits", "HTTP/1.1 20\r\n\r\n", bad_status},
        {"four digits", "HTTP/1.1 2000 OK\r\n\r\n", bad_status},
        {"under 100", "HTTP/1.1 099 OK\r\n\r\n", bad_status},
        {"a sign", "HTTP/1.1 -20 OK\r\n\r\n", bad_status},
        {"negative length", ok("Content-Length: -5\r\n\r\n"), no_length},
        {"signed length", ok("Content-Length: +5\r\n\r\n"), no_length},
        {"hexadecimal length", ok("Content-Length: 0x5\r\n\r\n"), no_length},
        {"two words", ok("Content-Length: 5 5\r\n\r\n"), no_length},
        {"empty length", ok("Content-Length:\r\n\r\n"), no_length},
        {"length over 64 bits", ok("Content-Length: 18446744073709551616\r\n\r\n"), no_length},
        {"two lengths", ok("Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
         "! several Content-Lengths that differ"},
        {"two lengths in a list", ok("Content-Length: 1, 2\r\n\r\n"),
         "! several Content-Lengths that differ"},
        {"length and chunks", ok("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
         "! both Transfer-Encoding and Content-Length"},
        {"gzip before chunks", ok("Transfer-Encoding: gzip, chunked\r\n\r\n"), coding},
        {"in two lines", ok("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"), coding},
        {"chunked twice", ok("Transfer-Encoding: chunked, chunked\r\n\r\n"), coding},
        {"identity", ok("Transfer-Encoding: identity\r\n\r\n"), coding},
        {"xchunked", ok("Transfer-Encoding: xchunked\r\n\r\n"), coding},
        {"an empty coding", ok("Transfer-Encoding:\r\n\r\n"), coding},
        {"chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
         "! a Transfer-Encoding, which HTTP/1.0 does not have"},
        {"no colon", ok("Nonsense\r\n\r\n"), no_name},
        {"no name", ok(": x\r\n\r\n"), no_name},
        {"space before the colon", ok("Content-Length : 1\r\n\r\n"), no_name},
        {"space before the first", ok(" X: y\r\n\r\n"), no_name},
        {"a CR inside", ok("X: a\rb\r\n\r\n"),
         "! a header with a line end inside that is none (CR without LF)"},
        {"a NUL", ok(std::string{"X: a\0b\r\n\r\n", 10}), "! a header with a NUL byte"},
    });
}

/// However much comes of it: what is kept is bounded, in one piece and in many.
TEST(HttpBytes, WhatHasNoEnd) {
    const std::string chunked = ok("Transfer-Encoding: chunked\r\n\r\n");
    const std::string many(200'000, 'x');
    std::string lines;
    while (lines.size() < many.size()) lines += "X: y\r\n";
    const Bytes table[] = {
        {"reason", "HTTP/1.1 200 " + many, "! a head of over 64 KiB"},
        {"header", ok("X: " + many), "! a head of over 64 KiB"},
        {"headers", ok(lines), "! a head of over 64 KiB"},
        {"headers with an end", ok(lines + "\r\n"), "! a head of over 64 KiB"},
        {"chunk size", chunked + many, "! a chunk size line of over 8 KiB"},
        {"zeros", chunked + std::string(200'000, '0'), "! a chunk size line of over 8 KiB"},
        {"extension", chunked + "1;" + many, "! a chunk size line of over 8 KiB"},
        {"extension with an end", chunked + "1;" + many + "\r\n", "! a chunk size line of over 8 KiB"},
        {"trailer", chunked + "0\r\nX: " + many, "! trailers of over 64 KiB"},
        {"trailers", chunked + "0\r\n" + lines, "! trailers of over 64 KiB"},
    };
    for (const Bytes& row : table) {
        EXPECT_EQ(outcome_of({row.text}), row.outcome) << row.what;
        std::vector<std::string> pieces;
        for (std::size_t at = 0; at < row.text.size(); at += 1000)
            pieces.push_back(row.text.substr(at, 1000));
        EXPECT_EQ(outcome_of(pieces), row.outcome) << row.what;
    }
    const std::string fits = ok("X: " + std::string(60'000, 'x') + "\r\nContent-Length: 1\r\n\r\na");
    EXPECT_EQ(outcome_of({fits}), "200:a|");
}

TEST(HttpHead, ListsOverLinesAreOne) {
    ResponseHead head;
    std::string unfolded;
    ASSERT_EQ(parse_head("HTTP/1.1 200 OK\r\nVary: a\r\nX: 1\r\nvary: b, c\r\n\r\n", head, unfolded),
              nullptr);
    EXPECT_EQ(head.fields("Vary"), "a, b, c");
    EXPECT_EQ(head.field("Vary"), "a");
    EXPECT_EQ(head.fields("None"), "");
    EXPECT_FALSE(head.field("None"));
    EXPECT_TRUE(head.has_token("vary", "C"));
    EXPECT_FALSE(head.has_token("vary", "d"));
}

TEST(HttpHead, AMediaTypeIsTheTypeAlone) {
    for (const char* value : {"text/event-stream", "text/event-stream;charset=utf-8",
                              "Text/Event-Stream ; x=y", " text/event-stream;"})
        EXPECT_TRUE(is_media_type(value, "text/event-stream")) << value;
    for (const char* value : {"text/event-streamX", "text/event", "", "text/plain;text/event-stream"})
        EXPECT_FALSE(is_media_type(value, "text/event-stream")) << value;
}

}  // namespace
}  // namespace pushbench::loadgen
