#include "loadgen/dialects/load.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string complaint(const std::string& text) {
    try {
        read_dialect(text, "mine.toml");
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "none";
}

/// Lines 1 and 2 are right; what follows is tried.
std::string with_names(const std::string& rest) {
    return complaint("name = \"mine\"\nabout = \"a server of my own\"\n" + rest);
}

TEST(Dialect, IsReadFromItsFile) {
    const Dialect dialect = read_dialect(R"(
name = "mine"
about = "x"
message = "opaque"
[websocket]
path = "/a/{topic}?i={i}"
headers = { X-Two = "2", X-One = "{token}" }
subprotocol = "p"
open = ["hello {i}", "join {topic}"]
heartbeat = { every = "1.5s", send = "ping {i}" }
cut = "lines"
rest = "ignore"
frames = "binary"
on = [{ equals = "ok", subscribed = true, send = ["a", "b"] }, { starts_with = "m", contains = ":", then = "count" }]
[sse]
events = ["tick"]
[publish]
url = "http://elsewhere/pub/{topic}"
method = "PUT"
body = "{marker}"
)",
                                         "mine.toml");
    ASSERT_NE(dialect.speech("websocket"), nullptr);
    const Speech& speech = *dialect.speech("websocket");
    TemplateValues values;
    values.i = "3";
    values.topic = "t t";
    EXPECT_EQ(speech.path.with(values), "/a/t%20t?i=3");
    EXPECT_EQ(speech.headers.size(), 2U);
    EXPECT_EQ(speech.open.at(1).with(values), "join t t");
    EXPECT_EQ(speech.heartbeat.at(0).with(values), "ping 3");
    EXPECT_EQ(speech.heartbeat_every, std::chrono::milliseconds{1500});
    EXPECT_TRUE(speech.confirms);
    EXPECT_TRUE(speech.binary);
    EXPECT_FALSE(speech.counts_rest);
    EXPECT_EQ(speech.cut, Cut::lines);
    EXPECT_EQ(rule_for(speech.rules, "ok")->answers.size(), 2U);
    EXPECT_EQ(rule_for(speech.rules, "ok!"), nullptr);
    EXPECT_EQ(rule_for(speech.rules, "m:1")->then, SpeechRule::Then::count);
    EXPECT_EQ(rule_for(speech.rules, "m1"), nullptr);
    EXPECT_EQ(dialect.message, "opaque");
    EXPECT_EQ(dialect.transports(), "websocket, sse");
    EXPECT_EQ(dialect.speech("long-poll"), nullptr);
    EXPECT_EQ(dialect.publish->method, "PUT");
}

TEST(Dialect, SendsTheStandardsCursorWithSseUnlessToldOtherwise) {
    const auto cursor = [](const std::string& line) {
        return read_dialect("name='a'\nabout='b'\n[sse]\n" + line, "f").sse->cursor;
    };
    ASSERT_EQ(cursor("").size(), 1U);
    EXPECT_EQ(cursor("")[0].to_name, "Last-Event-ID");
    EXPECT_THAT(cursor("cursor = []"), IsEmpty());
    EXPECT_EQ(cursor("cursor = { from = 'event-id', query = 'lastEventId' }")[0].to_name, "lastEventId");
}

TEST(Dialect, SaysInOneLineWhereItIsWrong) {
    EXPECT_EQ(
        complaint("name = 'x'\nabout = 'y'\n"),
        "mine.toml:1: speaks no transport; at least one of [websocket], [sse], [short-poll], [long-poll] is "
        "needed");
    EXPECT_THAT(complaint("about = 'y'\n[sse]\n"), HasSubstr("lacks 'name'"));
    EXPECT_THAT(complaint("name = \n"), StartsWith("mine.toml:1: is not TOML: "));
    EXPECT_THAT(complaint("name = 1\nabout='b'\n[sse]"),
                HasSubstr("mine.toml:1: 'name' is a number or time, not a text"));
    EXPECT_THAT(
        with_names("[sse]\npaht = '/x'\n"),
        HasSubstr("mine.toml:4: 'sse.paht' is no key of a dialect; in [sse] there are path, headers"));
    EXPECT_THAT(with_names("paht = 1\n[sse]\n"),
                HasSubstr("mine.toml:3: 'paht' is no key of a dialect; at the top"));
    EXPECT_THAT(with_names("[sse]\nopen = 'x'\n"), HasSubstr("mine.toml:4: 'sse.open' is no key"));
    EXPECT_THAT(with_names("[websocket]\npath = '/{foo}'\n"),
                HasSubstr("mine.toml:4: 'websocket.path' names {foo}"));
    EXPECT_THAT(with_names("[websocket]\npath = 'x'\n"), HasSubstr("does not begin with '/'"));
    EXPECT_THAT(
        with_names("[websocket]\ncut = 'words'\n"),
        HasSubstr(
            "mine.toml:4: 'websocket.cut' is 'words', not one of whole, lines, record-separator, nats"));
    EXPECT_THAT(with_names("[websocket]\nheaders = { 'a b' = 'c' }\n"),
                HasSubstr("mine.toml:4: 'websocket.headers' has"));
    EXPECT_THAT(with_names("[websocket]\nheaders = 'c'\n"), HasSubstr("not a table"));
    EXPECT_THAT(with_names("[websocket]\nopen = [1]\n"),
                HasSubstr("mine.toml:4: 'websocket.open' is a number or time"));
    EXPECT_THAT(with_names("[websocket]\nheartbeat = { every = '30', send = 'x' }\n"),
                HasSubstr("'websocket.heartbeat.every' is '30', not a duration from 1s on such as 30s"));
    EXPECT_THAT(with_names("[websocket]\nheartbeat = { every = '30s' }\n"), HasSubstr("needs send"));
    EXPECT_THAT(with_names("[sse]\nheartbeat = { every = '30s', send = 'x' }\n"),
                HasSubstr("'sse.heartbeat' is no key"));
    EXPECT_THAT(with_names("[websocket]\non = 'x'\n"), HasSubstr("not a table or an array of tables"));
    EXPECT_THAT(with_names("[websocket]\non = [{ then = 'gap' }]\n"),
                HasSubstr("mine.toml:4: [websocket.on] needs one of"));
    EXPECT_THAT(with_names("[websocket]\non = [{ equals = '' }]\n"), HasSubstr("must not be empty"));
    EXPECT_THAT(with_names("[websocket]\non = [{ equals = 'x', than = 'gap' }]\n"),
                HasSubstr("'websocket.on.than'"));
    EXPECT_THAT(with_names("[sse]\non = [{ equals = 'x', send = 'y' }]\n"), HasSubstr("'sse.on.send'"));
    EXPECT_THAT(with_names("[sse]\ncursor = { from = 'key id', query = 'a' }\n"),
                HasSubstr("not ledger or event-id"));
    EXPECT_THAT(with_names("[sse]\ncursor = { from = 'event-id' }\n"), HasSubstr("needs header or query"));
    EXPECT_THAT(with_names("[long-poll]\ncursor = { from = 'answer', query = 'a' }\n"),
                HasSubstr("needs cut"));
    EXPECT_THAT(with_names("[short-poll]\nparks_first = true\n"),
                HasSubstr("'short-poll.parks_first' is no key"));
    EXPECT_THAT(with_names("[long-poll]\nparks_first = 1\n"), HasSubstr("not true or false"));
    EXPECT_THAT(with_names("[sse]\n[publish]\nurl = '/p'\nbody = 'x'\n"), HasSubstr("carries no {marker}"));
    EXPECT_THAT(with_names("[sse]\n[publish]\nmethod = 'x'\n"), HasSubstr("needs url or message"));
    EXPECT_THAT(with_names("[sse]\n[publish]\nmessage = '{marker}'\n"), HasSubstr("needs [websocket]"));
    EXPECT_THAT(with_names("message = 'xml'\n[sse]\n"),
                HasSubstr("'message' is 'xml', not one of json, marker, opaque"));
}

TEST(Dialect, SaysItInOneLineEvenWhereTheFileHasSeveral) {
    EXPECT_THAT(with_names("[websocket]\non = [{ subscribed = tr\n"), HasSubstr("saw 'tr\\n'"));
    for (const char* rest :
         {"[websocket]\non = [{ subscribed = tr\n", "\"a\\nb\" = 1\n", "message = \"a\\nb\"\n"})
        EXPECT_EQ(with_names(rest).find('\n'), std::string::npos) << rest;
}

TEST(Dialect, IsFoundByNameOrByPath) {
    EXPECT_EQ(load_dialect("nchan").name, "nchan");
    EXPECT_EQ(load_dialect("socket.io").name, "socket.io");
    const auto failing = [](const std::string& name) -> std::string {
        try {
            load_dialect(name);
        } catch (const Failure& failure) {
            return failure.what();
        }
        return "none";
    };
    EXPECT_THAT(failing("nchn"), HasSubstr("--dialect 'nchn' is not one of actioncable, centrifugo"));
    EXPECT_THAT(failing("./none.toml"), HasSubstr("./none.toml' cannot be read: No such file"));
    EXPECT_THAT(failing("none.toml"), HasSubstr("cannot be read"));
}

TEST(ShippedDialects, AreThoseThatTheDocumentsName) {
    EXPECT_EQ(dialect_names(),
              "actioncable, centrifugo, graphql-transport-ws, mercure, nats, nchan, phoenix, plain, "
              "pushbench-etag, pushbench, signalr, "
              "socket.io");
}

TEST(ShippedDialects, LoadAndSayWhatTheyAre) {
    for (const ShippedDialect& shipped : shipped_dialects()) {
        const Dialect dialect = load_dialect(std::string{shipped.name});
        EXPECT_EQ(dialect.name, shipped.name);
        EXPECT_THAT(dialect.about, testing::Not(IsEmpty()));
        EXPECT_NE(dialect.tried, "not said") << shipped.name;
        const bool ours = shipped.name.starts_with("pushbench") || shipped.name == "plain";
        EXPECT_TRUE(ours || dialect.documentation.starts_with("https://")) << shipped.name;
        EXPECT_THAT(describe_dialects(), HasSubstr(dialect.about));
    }
}

}  // namespace
}  // namespace pushbench::loadgen
