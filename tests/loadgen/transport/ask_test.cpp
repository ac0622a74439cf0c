#include "loadgen/transport/ask.hpp"

#include <gmock/gmock.h>

#include "loadgen/dialects/load.hpp"
#include "our_speech.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;
using testing::Not;

Speech speech_of(const std::string& table, const std::string& transport) {
    return *read_dialect("name='x'\nabout='y'\n" + table, "x.toml").speech(transport);
}

std::string asked(const Speech& speech, std::string_view cursor = "", std::chrono::milliseconds wait = {},
                  Target::Led led = Target::Led::no) {
    Target target;
    target.authority = "h:1";
    target.led = led;
    target.url.path_and_query = "/new{i}?a=b";
    std::string out;
    append_get(speech, {target, "a b", "a%20b", cursor, 12, "tok", wait}, {{"Accept", "x"}, {"Left-Out", ""}},
               out);
    return out;
}

using namespace std::chrono_literals;

TEST(Ask, PutsCursorAndWaitWhereTheServerLooks) {
    const Speech speech = speech_of(
        "[long-poll]\npath='/p?c={i}'\nparks_first=true\nwait={query='w'}\n"
        "cursor=[{from='header A',header='X-A'},{from='header B',header='X-B'}]",
        "long-poll");
    EXPECT_EQ(asked(speech), "GET /p?c=12 HTTP/1.1\r\nHost: h:1\r\nAccept: x\r\n\r\n");
    EXPECT_EQ(asked(speech, "1\n2", 1500ms),
              "GET /p?c=12&w=2 HTTP/1.1\r\nHost: h:1\r\nAccept: x\r\nX-A: 1\r\nX-B: 2\r\n\r\n");
}

TEST(Ask, EncodesACursorInTheQuery) {
    const Speech speech =
        speech_of("[websocket]\npath='/p'\ncursor={from='key k',query='after'}", "websocket");
    EXPECT_THAT(asked(speech, "a&b"), HasSubstr("GET /p?after=a%26b HTTP/1.1\r\n"));
}

TEST(Ask, LetsNoCursorAddALine) {
    EXPECT_THAT(asked(our_speech("sse"), "1\r\nEvil: 2"), HasSubstr("\r\nLast-Event-ID: 1%0D\r\n\r\n"));
}

TEST(Ask, SaysTheTransportsOwnFieldsUnlessTheDialectDoes) {
    const Speech speech = speech_of("[sse]\nheaders={accept='mine',Host='other'}", "sse");
    EXPECT_THAT(asked(speech), HasSubstr("accept: mine\r\n"));
    EXPECT_THAT(asked(speech), Not(HasSubstr("Accept: x")));
    EXPECT_THAT(asked(speech), Not(HasSubstr("h:1")));
}

TEST(Ask, GoesWhereARedirectLed) {
    const Speech speech = speech_of("[sse]\npath='/old'\nheaders={Authorization='secret',X='y'}", "sse");
    EXPECT_THAT(asked(speech, "", {}, Target::Led::on_the_same_host),
                HasSubstr("GET /new{i}?a=b HTTP/1.1\r\n"));
    EXPECT_THAT(asked(speech, "", {}, Target::Led::on_the_same_host), HasSubstr("secret"));
    EXPECT_THAT(asked(speech, "", {}, Target::Led::elsewhere), Not(HasSubstr("secret")));
    EXPECT_THAT(asked(speech, "", {}, Target::Led::elsewhere), HasSubstr("X: y\r\n"));
}

TEST(Ask, TakesACursorOfPartsApart) {
    EXPECT_EQ(cursor_part("a\nb", 0), "a");
    EXPECT_EQ(cursor_part("a\nb", 1), "b");
    EXPECT_EQ(cursor_part("a\nb", 2), "");
    EXPECT_EQ(cursor_part("", 0), "");
}

TEST(Ask, FindsTheValueOfAKey) {
    EXPECT_EQ(value_of_key(R"({"a":{"id": 17,"b":1}})", "id"), "17");
    EXPECT_EQ(value_of_key(R"({"id":"x\"y"})", "id"), R"(x\"y)");
    EXPECT_EQ(value_of_key(R"({"x":"id","id" : "7"})", "id"), "7");
    EXPECT_EQ(value_of_key(R"({"void":1})", "id"), "");
    EXPECT_EQ(value_of_key(R"({"id":)", "id"), "");
    EXPECT_EQ(value_of_key(R"({"id":"open)", "id"), "open");
    EXPECT_EQ(value_of_key("id", "id"), "");
}

}  // namespace
}  // namespace pushbench::loadgen
