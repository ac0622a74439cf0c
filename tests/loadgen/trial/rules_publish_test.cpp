#include "good_result.hpp"

namespace pushbench::loadgen {
namespace {

Result published_by_us() {
    Result r = good_result();
    PublishReport& p = r.publisher.emplace();
    p.connections = 2;
    p.sent = p.taken = 100;
    p.seconds = 10;
    p.cpu_s = 0.2;
    return r;
}

TEST(PublishRules, WhereTheServerPublishesOursDoNotApply) {
    const Result r = good_result();
    for (const char* rule : {"publish_errors", "publisher_busy", "publisher_held_up"})
        EXPECT_FALSE(finding(r, rule).applies) << rule;
}

TEST(PublishRules, AllThatWasTakenInTimeBreaksNone) {
    const Result r = published_by_us();
    for (const char* rule :
         {"publish_errors", "publisher_busy", "publisher_held_up", "publish_rate", "publish_count"}) {
        EXPECT_TRUE(finding(r, rule).judged()) << rule;
        EXPECT_FALSE(finding(r, rule).broken()) << rule;
    }
}

TEST(PublishRules, OneThatWasNotTakenIsOneTooMany) {
    Result r = published_by_us();
    r.publisher->errors = 1;
    r.publisher->first_error = "--publish POST http://a/b: answered 503";
    EXPECT_EQ(finding(r, "publish_errors").text,
              "publish_errors: 1 times it went wrong, first: --publish POST http://a/b: answered 503");
    EXPECT_EQ(finding(r, "publish_errors").effect, Effect::wrong);
}

TEST(PublishRules, ABusyThreadAndTooFewConnectionsAreToldApart) {
    Result r = published_by_us();
    r.publisher->cpu_s = 9;
    EXPECT_TRUE(finding(r, "publisher_busy").broken());
    EXPECT_EQ(finding(r, "publisher_busy").effect, Effect::wrong);
    r.publisher->held_up = 2;
    EXPECT_TRUE(finding(r, "publisher_held_up").broken());
    EXPECT_EQ(finding(r, "publisher_held_up").effect, Effect::slow);
}

TEST(PublishRules, WhereOursOvertakeEachOtherOrderIsNotJudged) {
    Result r = published_by_us();
    r.totals.reordered = 3;
    EXPECT_TRUE(finding(r, "order").broken());
    r.publisher->keeps_order = false;
    EXPECT_FALSE(finding(r, "order").broken());
    r.totals.duplicated = 1;
    EXPECT_TRUE(finding(r, "order").broken());
}

}  // namespace
}  // namespace pushbench::loadgen
