#include "loadgen/dialects/compose.hpp"

#include <gmock/gmock.h>

#include "loadgen/dialects/header.hpp"
#include "loadgen/dialects/load.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;

SpeechOptions websocket() {
    SpeechOptions options;
    options.transport = "websocket";
    return options;
}

TEST(Compose, TakesTheDialectAsItIs) {
    const Speech speech = compose_speech(load_dialect("graphql-transport-ws"), websocket());
    EXPECT_EQ(speech.path.text(), "/graphql");
    EXPECT_EQ(speech.subprotocol.text(), "graphql-transport-ws");
}

TEST(Compose, PutsTheCommandLineBeforeTheDialect) {
    SpeechOptions options = websocket();
    options.path = "/room/{topic}?i={i}";
    options.headers = {"X-A: {token}", "x-b: 2", "X-B: 3"};
    options.subprotocol = "mine";
    const Speech speech = compose_speech(load_dialect("graphql-transport-ws"), options);
    TemplateValues values;
    values.i = "4";
    values.topic = "t";
    values.token = "k";
    std::string headers;
    append_headers(speech.headers, values, headers);
    EXPECT_EQ(speech.path.with(values), "/room/t?i=4");
    EXPECT_EQ(headers, "X-A: k\r\nx-b: 2\r\nX-B: 3\r\n");
    EXPECT_EQ(speech.subprotocol.text(), "mine");
    options.subprotocol = "";
    EXPECT_TRUE(compose_speech(load_dialect("graphql-transport-ws"), options).subprotocol.empty());
}

TEST(Compose, ReplacesAHeaderOfTheDialect) {
    SpeechOptions options;
    options.transport = "sse";
    options.headers = {"authorization: Basic abc"};
    const Speech speech = compose_speech(load_dialect("mercure"), options);
    ASSERT_EQ(speech.headers.size(), 1U);
    EXPECT_EQ(speech.headers[0].value.text(), "Basic abc");
}

TEST(Compose, AsksForTheRootWhereNobodyNamesAPath) {
    EXPECT_EQ(compose_speech(load_dialect("plain"), websocket()).path.text(), "/");
}

TEST(Compose, SaysWhichOptionIsWrong) {
    const auto complaint = [](const char* dialect, const SpeechOptions& options) -> std::string {
        try {
            compose_speech(load_dialect(dialect), options);
        } catch (const Failure& failure) {
            return failure.what();
        }
        return "none";
    };
    EXPECT_EQ(complaint("mercure", websocket()), "--dialect mercure does not speak websocket; it speaks sse");
    SpeechOptions options = websocket();
    options.path = "/{foo}";
    EXPECT_THAT(complaint("plain", options), HasSubstr("--target '/{foo}' names {foo}"));
    options.path.clear();
    options.headers = {"nonsense"};
    EXPECT_THAT(complaint("plain", options), HasSubstr("--header 'nonsense' is not 'Name: value'"));
    options.headers.clear();
    options.subprotocol = "{x}";
    EXPECT_THAT(complaint("plain", options), HasSubstr("--subprotocol '{x}' names {x}"));
    options.transport = "sse";
    EXPECT_THAT(complaint("plain", options), HasSubstr("is for the transport websocket, not for sse"));
}

}  // namespace
}  // namespace pushbench::loadgen
