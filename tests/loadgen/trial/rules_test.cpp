#include <gmock/gmock.h>

#include <set>

#include "good_result.hpp"
#include "loadgen/transport/table.hpp"

namespace pushbench::loadgen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Guards, LetAGoodTrialPass) {
    EXPECT_THAT(broken_rules(good_result()), IsEmpty());
}

TEST(Guards, DeliveredMustBeExpected) {
    Result r = good_result();
    r.delivered = 9'999;
    r.lost = 1;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("deliveries: 9999 of 10000")));
}

TEST(Guards, EachMustComeOnceAndInOrder) {
    Result r = good_result();
    r.totals.duplicated = 2;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("order: 2 came twice and 0 after")));
    r.totals.duplicated = 0;
    r.totals.reordered = 1;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("order: 0 came twice and 1 after")));
}

TEST(Guards, SubscribersThatEndedBeforeTheOthers) {
    Result r = good_result();
    r.early_ledger_ends = 3;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("early_ledger_end: 3 of 100 subscribers")));
}

TEST(Guards, ThePublisherAloneIsHeldToItsCountOnly) {
    Result r;
    r.settings = good_result().settings;
    r.settings.connections = 0;
    r.window.seconds = 10;
    r.drained = true;
    r.published = 100;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.published = 90;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("publish_count: 90 were published, 100")));
    r.published = 0;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("publish_count: 0 were published, 100")));
}

TEST(Guards, ABusyGeneratorThread) {
    Result r = good_result();
    r.window.busiest_thread_cores = 1;  // of which most may be looking for more
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.window.busiest_slice = 0.81;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("generator_busy: a reader thread was 81 %")));
}

TEST(Guards, APublisherThatFallsBehind) {
    Result r = good_result();
    r.recorded.last_sent_ns = r.recorded.last_due_ns + 200'000'000;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("publish_rate:")));
}

TEST(Guards, TooFewPublished) {
    Result r = good_result();
    r.published = 98;
    r.expected = r.delivered = 9'800;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("publish_count: 98 were published, 100")));
}

TEST(Guards, ShortPollingPublishesAnIntervalMore) {
    Result r = good_result();
    r.settings.transport = find_transport(transports(), "short-poll");
    r.settings.poll_interval = std::chrono::milliseconds{500};
    EXPECT_EQ(notifications_asked(r.settings), 105);
    r.published = 105;
    r.expected = r.delivered = 10'500;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.settings.no_publish = true;
    EXPECT_EQ(lead_in(r.settings).count(), 0);
    r.settings.no_publish = false;
    r.settings.rate_per_s = 0;
    EXPECT_EQ(lead_in(r.settings).count(), 0);
}

TEST(Guards, WhatCannotBeReadWhileDraining) {
    Result r = good_result();
    r.totals.malformed = 1;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("malformed: 1 ")));
}

TEST(Guards, RandomGapsThatAddUpToMoreAreNotALatePublisher) {
    Result r = good_result();
    r.settings.arrival = "poisson";
    r.recorded.last_due_ns += 2'000'000'000;
    r.recorded.last_sent_ns += 2'000'000'000;
    EXPECT_THAT(broken_rules(r), IsEmpty());
}

TEST(Guards, NegativeLatencies) {
    Result r = good_result();
    r.recorded.delivery.record(-1);
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("negative_latency: 1 ")));
}

/// Long polls, 100 at any time, each answered after 100 ms, as both the server and our stamps tell.
Result polling_result() {
    Result r = good_result();
    r.settings.transport = find_transport(transports(), "long-poll");
    r.window.counters.answers = 10'000;
    r.window.counters.response_ns = 10'000LL * 100'000'000;
    r.window.counters.in_flight_ns = 100LL * 10'000'000'000;
    r.window.metrics = {{"pushbench_requests_total", 10'010}};
    r.window.metrics_seconds = 10.01;
    return r;
}

TEST(Guards, LittlesLawByTheServersOwnCount) {
    Result r = polling_result();
    EXPECT_TRUE(finding(r, "littles_law").judged());
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.window.metrics["pushbench_requests_total"] = 9'400;  // it got fewer than we counted
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("littles_law: 100.000 requests were in flight")));
    r.window.metrics["pushbench_requests_total"] = 0;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("littles_law:")));
    r.window.metrics["pushbench_requests_total"] = 10'010;
    r.window.counters.in_flight_ns = 90LL * 10'000'000'000;  // we have lost some out of sight
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("littles_law:")));
}

TEST(Guards, LittlesLawIsNotJudgedWhereTheServerDoesNotCount) {
    Result r = polling_result();
    r.window.metrics.clear();
    EXPECT_TRUE(finding(r, "littles_law").applies);
    EXPECT_FALSE(finding(r, "littles_law").judged());
}

TEST(Guards, LittlesLawAllowsForABroadcastAtTheWindowsEdge) {
    Result r = polling_result();
    r.window.counters.answers = 1'000;
    r.window.counters.response_ns /= 10;
    r.window.counters.in_flight_ns /= 10;
    r.window.metrics["pushbench_requests_total"] = 1'150;
    EXPECT_THAT(broken_rules(r), IsEmpty());
    r.settings.transport = find_transport(transports(), "short-poll");  // whose polls come evenly
    r.settings.poll_interval = std::chrono::nanoseconds{0};
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("littles_law:")));
}

TEST(Guards, LatenciesBeyondWhatCanBeMeasured) {
    Result r = good_result();
    r.recorded.latency.record(3'600'000'000'000);
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("overflow: 1 times are beyond 137 s")));
}

TEST(Guards, WhatCameAfterWaitingWasGivenUp) {
    Result r = good_result();
    r.drained = false;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("drain_timeout: ")));
    r.interrupted = true;
    EXPECT_FALSE(finding(r, "drain_timeout").applies);
}

TEST(Guards, EachIsTellingWhetherItConcernsATrialAndCouldBeJudged) {
    Result r = good_result();
    r.window.busiest_slice = 0.31;
    const Finding busy = finding(r, "generator_busy");
    EXPECT_TRUE(busy.judged());
    EXPECT_FALSE(busy.broken());
    EXPECT_EQ(busy.value, 0.31);
    EXPECT_EQ(busy.limit, 0.8);
    EXPECT_STREQ(busy.unit, "of 0.1 s");
    EXPECT_EQ(busy.text, "");
    EXPECT_FALSE(finding(r, "littles_law").applies);  // a stream asks once
    r.settings.transport = find_transport(transports(), "long-poll");
    EXPECT_TRUE(finding(r, "littles_law").applies);  // but there are too few answers to tell
    EXPECT_FALSE(finding(r, "littles_law").judged());
    r.settings.no_publish = true;
    EXPECT_FALSE(finding(r, "publish_rate").applies);
}

TEST(Guards, WhatIsWrongVoidsATrialAndWhatIsSlowOnlyMarksIt) {
    const auto effects = [](Effect effect) {
        std::set<std::string> names;
        for (const Finding& row : judge(good_result()))
            if (row.effect == effect) names.insert(row.rule);
        return names;
    };
    EXPECT_THAT(effects(Effect::slow), ElementsAre("forced_switches", "not_isolated", "publisher_held_up",
                                                   "server_processes", "steal", "swap", "wakeup_delay"));
    EXPECT_THAT(effects(Effect::wrong),
                ElementsAre("clock", "connect_failures", "deliveries", "drain_timeout", "early_ledger_end",
                            "ended_early", "generator_busy", "interrupted", "littles_law", "malformed",
                            "negative_latency", "no_notification", "not_connected", "not_silent",
                            "nothing_understood", "order", "overflow", "protocol_errors", "publish_count",
                            "publish_errors", "publish_rate", "publisher_busy", "reconnects", "refused",
                            "restarts", "server_processes", "server_restarted", "silent"));
}

TEST(Guards, AnEarlyEndAndAnInterruption) {
    Result r = good_result();
    r.failure = "the server (process 7) died";
    EXPECT_THAT(broken_rules(r), ElementsAre("ended_early: the server (process 7) died"));
    r.failure.reset();
    r.interrupted = true;
    EXPECT_THAT(broken_rules(r), ElementsAre(StartsWith("interrupted:")));
}

}  // namespace
}  // namespace pushbench::loadgen
