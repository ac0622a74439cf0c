#include <gmock/gmock.h>

#include "good_result.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::StartsWith;

/// 100 clients that listen to whoever publishes, and have heard nothing.
Result empty_result() {
    Result r;
    r.settings = good_result().settings;
    r.settings.no_publish = true;
    r.window.seconds = 10;
    r.drained = true;
    return r;
}

TEST(CrowdRules, NothingThatCameCouldBeRead) {
    Result r = empty_result();
    r.totals.malformed = 5;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("malformed: 5"),
                                             StartsWith("nothing_understood: 5 messages came, and no")));
    r.failure = "nothing could be read";
    EXPECT_TRUE(finding(r, "nothing_understood").broken());
    r.totals.delivered = 1;
    EXPECT_FALSE(finding(r, "nothing_understood").broken());
}

TEST(CrowdRules, AnExampleIsGivenOfWhatCameInstead) {
    Result r = empty_result();
    r.settings.message = MessageKind::marker;
    r.totals.unmarked = r.heard.not_understood = 5;
    r.heard.first_not_understood = "hello";
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("nothing_understood: 5 messages came, and no")));
    EXPECT_THAT(broken_rules(r)[0], EndsWith("; one was: hello"));
    r = empty_result();
    r.heard.other = 1;
    r.heard.first_other = "event: tick";
    EXPECT_THAT(broken_rules(r)[0], EndsWith("; what came was no message, such as: event: tick"));
}

TEST(CrowdRules, ASequenceDoesNotBeginAgain) {
    Result r = good_result();
    EXPECT_TRUE(finding(r, "restarts").judged());
    r.totals.restarts = 100;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("restarts: 100 times a client saw its sequence")));
    r.settings.message = MessageKind::opaque;
    EXPECT_FALSE(finding(r, "restarts").applies);
}

TEST(CrowdRules, NothingCameAtAll) {
    Result r = empty_result();
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("no_notification: none came; does somebody publish")));
    r.settings.no_publish = false;
    r.settings.rate_per_s = 10;
    r.published = 100;
    EXPECT_EQ(finding(r, "no_notification").text, "no_notification: none came, though 100 were published");
    r.settings.rate_per_s = 0;  // an idle trial
    EXPECT_FALSE(finding(r, "no_notification").applies);
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.settings.rate_per_s = 10;
    r.interrupted = true;
    EXPECT_FALSE(finding(r, "no_notification").applies);
}

TEST(CrowdRules, SilenceThatWasSaidBefore) {
    Result r = empty_result();
    r.settings.expects_silence = true;
    EXPECT_FALSE(finding(r, "no_notification").applies);
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.totals.delivered = 3;
    EXPECT_EQ(finding(r, "not_silent").text,
              "not_silent: 3 notifications came, and --expect 0 says that none does");
    r.settings.expects_silence = false;
    EXPECT_FALSE(finding(r, "not_silent").applies);
}

TEST(CrowdRules, ClientsThatHeardNothingWhileOthersDid) {
    Result r = good_result();
    EXPECT_FALSE(finding(r, "silent").judged());
    r.silent = 0;
    EXPECT_TRUE(finding(r, "silent").judged());
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.silent = 50;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("silent: 50 of 100 clients (50 %) heard nothing")));
    r.silent = 1;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("silent: 1 of 100 clients (1 %)")));
    r.settings.message = MessageKind::opaque;  // for whom a message was is not known then
    r.silent = 25;
    EXPECT_FALSE(finding(r, "silent").broken());
    r.silent = 26;
    EXPECT_TRUE(finding(r, "silent").broken());
}

TEST(CrowdRules, OneConnectionOfAHundredMayBeLostAndNoMore) {
    Result r = good_result();
    r.totals.reconnects = 1;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.totals.reconnects = 2;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("reconnects: 2 connections were lost")));
}

TEST(CrowdRules, OneOfTenMayHaveToTryAgain) {
    Result r = good_result();
    r.totals.connect_failures = 10;
    r.totals.refused_5xx = 10;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.totals.connect_failures = 11;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("connect_failures: 11 attempts")));
    r.totals.connect_failures = 0;
    r.totals.refused_4xx = 1;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("refused: the server refused 11 requests")));
}

TEST(CrowdRules, AServerThatBreaksTheProtocol) {
    Result r = good_result();
    r.totals.protocol_errors = 1;
    EXPECT_THAT(broken_rules(r),
                ElementsAre(StartsWith("protocol_errors: the server broke the protocol 1 times")));
}

TEST(CrowdRules, DoNotApplyWhereThereIsNoCrowd) {
    Result r = empty_result();
    r.settings.connections = 0;
    for (const char* rule : {"nothing_understood", "no_notification", "silent", "reconnects",
                             "connect_failures", "refused", "protocol_errors"})
        EXPECT_FALSE(finding(r, rule).applies) << rule;
}

}  // namespace
}  // namespace pushbench::loadgen
