// How the options, the target and the dialect come to one way of speaking.
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>

#include "loadgen/command/options.hpp"
#include "loadgen/transport/table.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Spoken {
    Settings trial;
    int exit_code = 0;
    std::string err;
};

Spoken spoken(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "loadgen");
    std::vector<const char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
    Spoken spoken;
    testing::internal::CaptureStderr();
    const auto options =
        parse_options(static_cast<int>(pointers.size()), pointers.data(), transports(), spoken.exit_code);
    spoken.err = testing::internal::GetCapturedStderr();
    if (options) spoken.trial = options->trial;
    return spoken;
}

TEST(SpeechOptions, SpeakOurWayToHostAndPortAndPlainlyToAUrl) {
    const Spoken ours = spoken({"--transport", "sse", "--target", "127.0.0.1:8080", "--no-publish"});
    EXPECT_EQ(ours.trial.dialect, "pushbench");
    EXPECT_EQ(ours.trial.speech.path.text(), "/events?topic={topic}");
    const Spoken other =
        spoken({"--transport", "sse", "--target", "http://127.0.0.1:8080/e/{i}", "--no-publish"});
    EXPECT_EQ(other.trial.dialect, "plain");
    EXPECT_EQ(other.trial.speech.path.text(), "/e/{i}");
}

TEST(SpeechOptions, WhatIsLookedForIsPublished) {
    const auto complaint = [](const std::string& body, std::vector<std::string> more) {
        more.insert(more.end(), {"--transport", "sse", "--publish", "http://h:1/p", "--publish-body", body});
        return spoken(more).err;
    };
    const std::string own_stamps = R"({"seq":{seq},"due_ns":{due_ns},"sent_ns":{sent_ns}})";
    EXPECT_EQ(complaint(own_stamps, {"--message", "json"}), "");
    EXPECT_EQ(complaint("{marker}", {"--message", "marker"}), "");
    EXPECT_EQ(complaint("{payload}", {"--message", "opaque"}), "");
    EXPECT_THAT(complaint("{marker}", {"--message", "json"}),
                HasSubstr("--message json needs our own times: --publish-body '{marker}' names not all of"));
    EXPECT_THAT(complaint("{payload}", {"--target", "http://h:1/e"}),
                HasSubstr("--message marker finds nothing: --publish-body '{payload}' names no {marker}"));
}

TEST(SpeechOptions, LookForWhatTheDialectSaysUnlessToldOtherwise) {
    const auto kind = [](std::vector<std::string> more) {
        more.insert(more.end(), {"--transport", "sse"});
        return spoken(more).trial.message;
    };
    EXPECT_EQ(kind({"--target", "127.0.0.1:8080", "--no-publish"}), MessageKind::json);
    EXPECT_EQ(kind({"--target", "http://h:1/e", "--no-publish"}), MessageKind::marker);
    EXPECT_EQ(kind({"--target", "127.0.0.1:8080", "--publish", "http://h:1/p"}), MessageKind::marker);
    EXPECT_EQ(kind({"--target", "http://h:1/e", "--no-publish", "--message", "opaque"}), MessageKind::opaque);
    EXPECT_EQ(kind({"--target", "127.0.0.1:8080", "--publish", "http://h:1/p", "--publish-body",
                    R"({"seq":{seq},"due_ns":{due_ns},"sent_ns":{sent_ns}})"}),
              MessageKind::json);
    const Spoken wrong = spoken({"--transport", "sse", "--no-publish", "--message", "JSON"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_THAT(wrong.err, HasSubstr("'JSON' is not json, marker or opaque"));
}

TEST(SpeechOptions, TakeTheTransportFromTheScheme) {
    const Spoken websocket = spoken({"--target", "wss://127.0.0.1/x", "--no-publish"});
    ASSERT_NE(websocket.trial.transport, nullptr);
    EXPECT_EQ(websocket.trial.transport->name, "websocket");
    const Spoken unknown = spoken({"--target", "http://127.0.0.1/x", "--no-publish"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_THAT(unknown.err, HasSubstr("--transport is required: short-poll, long-poll, websocket, sse"));
}

TEST(SpeechOptions, PublishAsTheDialectDoesUnlessToldOtherwise) {
    const Spoken by_dialect = spoken({"--transport", "sse", "--dialect", "nchan", "--target", "https://h:1"});
    EXPECT_TRUE(publishes_by_url(by_dialect.trial));
    ASSERT_TRUE(by_dialect.trial.dialect_publish);
    EXPECT_EQ(by_dialect.trial.dialect_publish->url.text(), "/pub/{topic}");
    EXPECT_EQ(by_dialect.trial.message, MessageKind::marker);
    const Spoken centrifugo = spoken({"--dialect", "centrifugo", "--target", "ws://h:1", "--publish-header",
                                      "content-type: x/y", "--publish-header", "X-API-Key: k"});
    ASSERT_TRUE(centrifugo.trial.dialect_publish);
    EXPECT_EQ(centrifugo.trial.dialect_publish->url.text(), "/api/publish");
    EXPECT_THAT(centrifugo.trial.publish.headers, ElementsAre("content-type: x/y", "X-API-Key: k"));
    const Spoken by_hand = spoken(
        {"--transport", "sse", "--dialect", "nchan", "--target", "http://h:1", "--publish", "http://h:2/p"});
    EXPECT_EQ(by_hand.trial.publish.url, "http://h:2/p");
    EXPECT_EQ(spoken({"--transport", "sse", "--dialect", "nchan", "--target", "http://h:1", "--no-publish"})
                  .trial.publish.url,
              "");
}

TEST(SpeechOptions, ReadTokens) {
    const std::string path = testing::TempDir() + "tokens.txt";
    std::ofstream{path} << "one\r\n\ntwo\n";
    EXPECT_THAT(spoken({"--target", "ws://h:1", "--no-publish", "--tokens", path}).trial.tokens,
                ElementsAre("one", "two"));
    std::ofstream{path, std::ios::trunc} << "\n";
    EXPECT_THAT(spoken({"--target", "ws://h:1", "--no-publish", "--tokens", path}).err,
                HasSubstr("holds no token"));
    std::remove(path.c_str());
    EXPECT_THAT(spoken({"--target", "ws://h:1", "--no-publish", "--tokens", path}).err,
                HasSubstr("cannot be read: No such file"));
}

TEST(SpeechOptions, ReadTheTokenOfTheAdminPort) {
    const std::string path = testing::TempDir() + "admin_token.txt";
    const std::vector<std::string> through{"--transport",        "sse", "--admin", "h:2",
                                           "--admin-token-file", path};
    std::ofstream{path} << "secret\n";
    EXPECT_EQ(spoken(through).trial.admin_token, "secret");
    std::ofstream{path, std::ios::trunc} << "one\ntwo\n";
    EXPECT_THAT(spoken(through).err, HasSubstr("is not a file with one token in it"));
    std::remove(path.c_str());
    EXPECT_THAT(spoken(through).err, HasSubstr("cannot be read: No such file"));
    EXPECT_THAT(spoken({"--transport", "sse", "--no-publish", "--admin-token-file", path}).err,
                HasSubstr("--admin"));
}

TEST(SpeechOptions, SayWhatIsWrongAndEndWithTwo) {
    const auto complaint = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--no-publish"});
        const Spoken seen = spoken(arguments);
        EXPECT_EQ(seen.exit_code, 2) << seen.err;
        return seen.err;
    };
    EXPECT_THAT(complaint({"--transport", "sse", "--dialect", "nchn"}),
                HasSubstr("'nchn' is not one of actioncable"));
    EXPECT_THAT(complaint({"--transport", "sse", "--dialect", "nats"}), HasSubstr("does not speak sse"));
    EXPECT_THAT(complaint({"--transport", "sse", "--header", "x"}),
                HasSubstr("--header 'x' is not 'Name: value'"));
    EXPECT_THAT(complaint({"--transport", "sse", "--subprotocol", "x"}),
                HasSubstr("is for the transport websocket"));
    EXPECT_THAT(complaint({"--target", "ws://h/{foo}"}), HasSubstr("names {foo}"));
}

}  // namespace
}  // namespace pushbench::loadgen
