#include <gmock/gmock.h>

#include "asking.hpp"
#include "loadgen/transport/polling/answer.hpp"
#include "loadgen/transport/polling/client.hpp"
#include "our_speech.hpp"
#include "pieces.hpp"
#include "recording_receiver.hpp"

namespace pushbench::loadgen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Answers final : AnswerSink {
    void on_cursor(std::string_view text) override { cursor = text; }
    void on_message(std::string_view json) override { all.emplace_back(json); }
    void on_gap() override { ++gaps; }
    std::string cursor;
    std::vector<std::string> all;
    int gaps = 0;
};

TEST(PollAnswer, ReadsWhatOurServersWrite) {
    Answers seen;
    EXPECT_TRUE(parse_answer(
        R"({"cursor":9,"notifications":[{"seq":8,"payload":"a}\"{\\"},{"seq":9,"x":{}}]})", seen));
    EXPECT_EQ(seen.cursor, "9");
    EXPECT_THAT(seen.all, ElementsAre(R"({"seq":8,"payload":"a}\"{\\"})", R"({"seq":9,"x":{}})"));
}

TEST(PollAnswer, CountsGapsAndTakesACursorInQuotes) {
    Answers seen;
    EXPECT_TRUE(parse_answer(
        R"({"cursor":"9.k-3","notifications":[],"gaps":[{"topic":"a","after":3,"first":7}]})", seen));
    EXPECT_EQ(seen.cursor, "9.k-3");
    EXPECT_THAT(seen.all, IsEmpty());
    EXPECT_EQ(seen.gaps, 1);
}

TEST(PollAnswer, TakesAnyOrderOfKeys) {
    Answers seen;
    EXPECT_TRUE(parse_answer(R"( { "notifications" : [ {"seq":1} ], "gaps":[{}], "cursor" : 1 } )", seen));
    EXPECT_EQ(seen.cursor, "1");
    EXPECT_THAT(seen.all, ElementsAre(R"({"seq":1})"));
    EXPECT_EQ(seen.gaps, 1);
}

TEST(PollAnswer, TellsNothingOfWhatIsNoAnswer) {
    const std::string right = R"({"cursor":9,"notifications":[{"seq":8},{"seq":9}]})";
    for (std::size_t length = 0; length != right.size(); ++length) {
        Answers seen;
        EXPECT_FALSE(parse_answer(right.substr(0, length), seen));
        EXPECT_THAT(seen.all, IsEmpty());
    }
    Answers seen;
    for (const char* text : {"[]", "{}", R"({"cursor":-1,"notifications":[]})",
                             R"({"cursor":"","notifications":[]})", R"({"cursor":1,"notifications":{}})",
                             R"({"cursor":1,"notifications":[]}})", R"({"cursor":1,"notifications":[]}x)"})
        EXPECT_FALSE(parse_answer(text, seen)) << text;
}

TEST(PollAnswer, KnowsWhereAnObjectEnds) {
    EXPECT_EQ(object_length(R"({"a":"\\"},)"), 10U);
    EXPECT_EQ(object_length(R"({"a":"\"}"},)"), 11U);
    EXPECT_EQ(object_length(R"({"a":{"b":{}}}x)"), 14U);
    EXPECT_EQ(object_length(R"({"a":"})"), 0U);
    EXPECT_EQ(object_length("[1]"), 0U);
}

std::string ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(PollClient, LearnsItsCursorFirstAndWaitsOnlyThen) {
    const auto client = make_poll_client(our_speech("long-poll"));
    RecordingReceiver seen;
    std::string out;
    client->request(asking("default", "", 25s), out);
    EXPECT_EQ(out, "GET /poll?topic=default HTTP/1.1\r\nHost: h:1\r\n\r\n");
    EXPECT_EQ(feed(*client, {"HTTP/1.1 204 No Content\r\nCursor: 12\r\n\r\n"}, seen, out), Next::go_on);
    EXPECT_EQ(seen.ready, 1);
    EXPECT_EQ(seen.ready_cursor, "12");
    EXPECT_EQ(seen.empty_answers, 1);
    out.clear();
    client->request(asking("default", "12", 25s), out);
    EXPECT_EQ(out, "GET /poll?topic=default&after=12&wait=25s HTTP/1.1\r\nHost: h:1\r\n\r\n");
    out.clear();
    client->request(asking("default", "12", 8250ms), out);
    EXPECT_EQ(out, "GET /poll?topic=default&after=12&wait=8250ms HTTP/1.1\r\nHost: h:1\r\n\r\n");
    out.clear();
    client->request(asking("default", "12"), out);
    EXPECT_EQ(out, "GET /poll?topic=default&after=12 HTTP/1.1\r\nHost: h:1\r\n\r\n");
}

TEST(PollClient, KnowsAnAnswerOfOursWithNothingInIt) {
    const auto client = make_poll_client(our_speech("short-poll"));
    RecordingReceiver seen;
    std::string out;
    for (const auto& pieces : all_cuts(ok(R"({"cursor":"k-9","notifications":[]})"))) {
        client->request(asking("t", "k-9"), out);
        EXPECT_EQ(feed(*client, pieces, seen, out), Next::go_on);
    }
    EXPECT_EQ(seen.full_answers, 0);
    EXPECT_GT(seen.empty_answers, 1);
    seen.empty_answers = 0;
    client->request(asking("t", "k-9"), out);
    feed(*client, {ok(R"({"cursor":"k-9","notifications":[],"gaps":[{}]})")}, seen, out);
    EXPECT_EQ(seen.full_answers, 1) << "a gap is something";
}

// The tag is in the head of each answer, and is the cursor; what the body names does not count.
TEST(PollClient, GoesOnByTheTagWhereTheDialectSaysSo) {
    const Dialect by_tag = load_dialect("pushbench-etag");
    const auto client = make_poll_client(*by_tag.speech("short-poll"));
    RecordingReceiver seen;
    std::string out;
    const auto asks = [&](std::string_view answer) {
        out.clear();
        client->request(asking("t", ""), out);
        EXPECT_EQ(feed(*client, {std::string{answer}}, seen, out), Next::go_on);
        return out;
    };
    EXPECT_EQ(asks("HTTP/1.1 204 No Content\r\nETag: \"k-3\"\r\n\r\n"),
              "GET /poll?topic=t HTTP/1.1\r\nHost: h:1\r\n\r\n");
    EXPECT_EQ(asks("HTTP/1.1 304 Not Modified\r\nETag: \"k-3\"\r\n\r\n"),
              "GET /poll?topic=t HTTP/1.1\r\nHost: h:1\r\nIf-None-Match: \"k-3\"\r\n\r\n");
    EXPECT_EQ(seen.empty_answers, 2);
    const std::string body = R"({"cursor":"k-4","notifications":[{"seq":4}]})";
    asks("HTTP/1.1 200 OK\r\nETag: \"k-4\"\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body);
    EXPECT_THAT(seen.messages, ElementsAre(R"({"seq":4})"));
    EXPECT_THAT(asks("HTTP/1.1 304 Not Modified\r\n\r\n"), HasSubstr("If-None-Match: \"k-4\"\r\n"));
}

TEST(PollClient, ReadsAnswersCutAnywhere) {
    for (const auto& pieces : all_cuts(ok(R"({"cursor":14,"notifications":[{"seq":13},{"seq":14}]})"))) {
        const auto client = make_poll_client(our_speech("long-poll"));
        RecordingReceiver seen;
        std::string out;
        client->request(asking("t", "12"), out);
        EXPECT_EQ(feed(*client, pieces, seen, out), Next::go_on);
        EXPECT_THAT(seen.messages, ElementsAre(R"({"seq":13})", R"({"seq":14})"));
        EXPECT_EQ(seen.full_answers, 1);
        out.clear();
        client->request(asking("t", "12"), out);
        EXPECT_THAT(out, HasSubstr("&after=14 "));
    }
}

TEST(PollClient, ReadsAChunkedAnswerAndOneThatEndsWithTheConnection) {
    const std::string body = R"({"cursor":14,"notifications":[{"seq":14}]})";
    for (const auto& pieces :
         all_cuts("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2a;x\r\n" + body + "\r\n0\r\n\r\n")) {
        const auto client = make_poll_client(our_speech("long-poll"));
        RecordingReceiver seen;
        std::string out;
        client->request(asking("t", "12"), out);
        EXPECT_EQ(feed(*client, pieces, seen, out), Next::go_on);
        EXPECT_THAT(seen.messages, ElementsAre(R"({"seq":14})"));
        EXPECT_EQ(seen.full_answers, 1);
    }
    const auto client = make_poll_client(our_speech("long-poll"));
    RecordingReceiver seen;
    std::string out;
    client->request(asking("t", "12"), out);
    feed(*client, {"HTTP/1.1 200 OK\r\n\r\n" + body}, seen, out);
    EXPECT_EQ(seen.full_answers, 0);
    client->ended(seen);
    EXPECT_EQ(seen.full_answers, 1);
}

// Content-Length says that more is to come; what has come reads like an answer, and may be the half of one.
TEST(PollClient, TellsNothingOfABodyThatWasCutShort) {
    const auto client = make_poll_client(our_speech("long-poll"));
    RecordingReceiver seen;
    std::string out;
    client->request(asking("t", "12"), out);
    const std::string answer = R"({"cursor":14,"notifications":[{"seq":14}]})";
    feed(*client, {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + answer}, seen, out);
    client->ended(seen);
    EXPECT_THAT(seen.messages, IsEmpty());
    EXPECT_EQ(seen.full_answers, 0);
    EXPECT_NE(client->cursor(), "14");
}

TEST(PollClient, TakesNothingThatItDidNotAskFor) {
    const std::string answer = "HTTP/1.1 204 No Content\r\nCursor: 12\r\n\r\n";
    for (const auto& pieces : all_cuts(answer + ok(R"({"cursor":14,"notifications":[{"seq":14}]})"))) {
        const auto client = make_poll_client(our_speech("long-poll"));
        RecordingReceiver seen;
        std::string out;
        client->request(asking("t"), out);
        EXPECT_EQ(feed(*client, pieces, seen, out), Next::close);
        EXPECT_EQ(seen.empty_answers, 1);
        EXPECT_THAT(seen.messages, IsEmpty());
        EXPECT_EQ(client->cursor(), "12");
        EXPECT_EQ(seen.refusal.reason, "");
    }
}

TEST(PollClient, TakesAnAnswerThatEndsWithALine) {
    for (const auto& pieces : all_cuts(ok("{\"cursor\":14,\"notifications\":[{\"seq\":14}]}\n"))) {
        const auto client = make_poll_client(our_speech("long-poll"));
        RecordingReceiver seen;
        std::string out;
        client->request(asking("t", "12"), out);
        EXPECT_EQ(feed(*client, pieces, seen, out), Next::go_on);
        EXPECT_THAT(seen.messages, ElementsAre(R"({"seq":14})"));
    }
}

TEST(PollClient, SaysWhatAWrongServerAnswered) {
    const auto refusal = [](const std::string& answer) {
        const auto client = make_poll_client(our_speech("long-poll"));
        RecordingReceiver seen;
        std::string out;
        client->request(asking("t"), out);
        EXPECT_EQ(feed(*client, {answer}, seen, out), Next::close);
        return seen.refusal.reason + seen.refusal.said;
    };
    EXPECT_THAT(refusal("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
                HasSubstr("404 Not Found; a polling"));
    EXPECT_THAT(refusal("HTTP/1.1 421 Misdirected Request\r\nContent-Length: 4\r\n\r\nsaid"),
                HasSubstr("said"));
    EXPECT_THAT(refusal("HTTP/1.1 204 No Content\r\n\r\n"), HasSubstr("no Cursor header"));
    EXPECT_THAT(refusal(ok("<html>")), HasSubstr("a body that is not"));
    EXPECT_THAT(refusal("hello\r\n\r\n"), HasSubstr("not HTTP"));
}

}  // namespace
}  // namespace pushbench::loadgen
