#include "loadgen/crowd/tally.hpp"

#include <gtest/gtest.h>

#include "loadgen/message/marker.hpp"
#include "notify/notification.hpp"

namespace pushbench::loadgen {
namespace {

struct Polls {
    void answer(std::int64_t asked_ns, std::int64_t received_ns) {
        link.asked_ns = asked_ns;
        tally.answer(link, false, received_ns);
    }
    [[nodiscard]] const Histogram& response() const { return tally.recorder().response; }

    std::vector<std::string> topics{"default"};
    Tally tally{topics, MessageKind::json};
    Link link{Channel{}, nullptr, 0};
};

TEST(Tally, TimesResponsesWhileMeasuringOnly) {
    Polls polls;
    polls.answer(0, 5'000);
    EXPECT_EQ(polls.response().count(), 0U);
    polls.tally.time_responses(true);
    polls.answer(1'000, 4'000);
    polls.answer(2'000, 12'000);
    polls.tally.time_responses(false);
    polls.answer(0, 100'000);
    EXPECT_EQ(polls.response().count(), 2U);
    EXPECT_EQ(polls.response().min_ns(), 3'000);
    EXPECT_EQ(polls.response().max_ns(), 10'000);
    // What Little's law needs counts them all, and its window is a difference.
    EXPECT_EQ(polls.tally.counters.response_ns, 5'000 + 3'000 + 10'000 + 100'000);
}

TEST(Tally, TimesResponsesAnewWhereTheWindowBeginsAnew) {
    Polls polls;
    polls.tally.time_responses(true);
    polls.answer(0, 3'000);
    polls.tally.time_responses(true);
    EXPECT_EQ(polls.response().count(), 0U);
    polls.answer(0, 3'000);
    polls.tally.clear_records();
    polls.tally.begin_counting(nullptr, 0);
    EXPECT_EQ(polls.response().count(), 0U);
}

/// One subscriber of one topic, and messages of any kind.
struct Listener {
    explicit Listener(MessageKind kind) : tally{topics, kind} {}
    void hear(const std::string& message, std::int64_t received_ns = 10'000, std::int64_t kernel_ns = 0) {
        tally.deliver(subscriber, message, received_ns, kernel_ns);
    }
    [[nodiscard]] Hearing heard() const { return tally.heard().all(); }

    std::vector<std::string> topics{"default"};
    Tally tally;
    Subscriber subscriber;
};

std::string json(std::uint64_t seq, const std::string& topic = "default", std::int64_t sent_ns = 2'000) {
    return to_json({seq, topic, 1'000, sent_ns, "x"});
}

std::string marker(std::uint64_t seq, const std::string& topic = "default") {
    std::string text;
    append_marker(text, topic, seq, 1'000, 2'000);
    return text;
}

TEST(Tally, CountsAndTimesWhatHasAStamp) {
    for (const MessageKind kind : {MessageKind::json, MessageKind::marker}) {
        Listener l{kind};
        const auto message = [&](std::uint64_t seq) {
            return kind == MessageKind::json ? json(seq) : "{\"a\":\"" + marker(seq) + "\"}";
        };
        for (const std::uint64_t seq : {1, 2, 5, 4, 4}) l.hear(message(seq));
        EXPECT_EQ(l.tally.counters.delivered, 4);
        EXPECT_EQ(l.tally.delivered(), 4);
        EXPECT_EQ(l.tally.counters.reordered, 1);
        EXPECT_EQ(l.tally.counters.duplicated, 1);
        EXPECT_EQ(l.subscriber.ledger.lost(5), 1U);
        EXPECT_EQ(l.tally.recorder().latency.max_ns(), 9'000);
        EXPECT_EQ(l.tally.recorder().delivery.max_ns(), 8'000);
        EXPECT_EQ(l.tally.recorder().notifications(), 3U) << "4 came behind 5";
        EXPECT_TRUE(l.heard().understood);
        EXPECT_EQ(l.heard().not_understood, 0);
    }
}

TEST(Tally, AMessageMayHoldSeveralMarkers) {
    Listener l{MessageKind::marker};
    const std::string message = "[" + marker(1) + "," + marker(2) + "," + marker(3) + "]";
    l.hear(message);
    EXPECT_EQ(l.tally.counters.delivered, 3);
    EXPECT_EQ(l.tally.counters.message_bytes, std::ssize(message));
    EXPECT_EQ(l.tally.counters.unmarked, 0);
}

TEST(Tally, KeepsAnExampleOfWhatHasNone) {
    Listener l{MessageKind::marker};
    l.hear("welcome\n");
    l.hear("and again");
    l.hear("pb1:t:nonsense");
    EXPECT_EQ(l.tally.counters.unmarked, 2);
    EXPECT_EQ(l.tally.counters.malformed, 1);
    EXPECT_EQ(l.tally.counters.delivered, 0);
    EXPECT_FALSE(l.heard().understood);
    EXPECT_EQ(l.heard().not_understood, 3);
    EXPECT_EQ(l.heard().first_not_understood, "welcome.");
    Listener j{MessageKind::json};
    j.hear(R"({"hello":1})");
    EXPECT_EQ(j.tally.counters.malformed, 1);
    EXPECT_EQ(j.tally.counters.unmarked, 0);
    EXPECT_EQ(j.heard().first_not_understood, R"({"hello":1})");
}

TEST(Tally, WhatIsOfAnotherTopicIsNotOurs) {
    for (const std::string& message : {json(1, "other"), marker(1, "other")}) {
        Listener l{message[0] == '{' ? MessageKind::json : MessageKind::marker};
        l.hear(message);
        EXPECT_EQ(l.tally.counters.malformed, 1);
        EXPECT_FALSE(l.heard().understood);
        EXPECT_FALSE(l.subscriber.ledger.begun());
    }
}

TEST(Tally, OpaqueMessagesAreCountedAndNothingElse) {
    Listener l{MessageKind::opaque};
    l.hear(json(7));
    l.hear("");
    EXPECT_EQ(l.tally.counters.delivered, 2);
    EXPECT_EQ(l.tally.recorder().latency.count(), 0U);
    EXPECT_EQ(l.tally.recorder().notifications(), 0U);
    EXPECT_FALSE(l.subscriber.ledger.begun());
    EXPECT_TRUE(l.heard().understood);
}

TEST(Tally, OtherThingsAreKeptApart) {
    Listener l{MessageKind::json};
    l.tally.other("event: tick");
    EXPECT_EQ(l.tally.counters.other_messages, 1);
    EXPECT_EQ(l.tally.counters.malformed, 0);
    EXPECT_EQ(l.heard().first_other, "event: tick");
    EXPECT_FALSE(l.heard().understood);
}

TEST(Tally, TimesTheGapsBetweenMessagesOfOneSubscriber) {
    Listener l{MessageKind::opaque};
    l.hear("a", 5'000);
    l.hear("b", 25'000);
    EXPECT_EQ(l.tally.recorder().gap.count(), 1U);
    l.tally.clear_records();
    l.tally.begin_counting(nullptr, 30'000);
    l.hear("c", 100'000);  // what went before it lies outside
    EXPECT_EQ(l.tally.recorder().gap.count(), 0U);
    l.hear("d", 107'000);
    EXPECT_EQ(l.tally.recorder().gap.max_ns(), 7'000);
    Subscriber another;
    l.tally.deliver(another, "e", 500'000);
    EXPECT_EQ(l.tally.recorder().gap.count(), 1U);
}

TEST(Tally, ARestartedSequenceIsCountedAndNothingIsLostByIt) {
    Listener l{MessageKind::json};
    for (std::uint64_t seq = 1; seq <= 3; ++seq) l.hear(json(seq));
    l.hear(json(1, "default", 9'000));
    EXPECT_EQ(l.tally.counters.restarts, 1);
    EXPECT_EQ(l.tally.counters.delivered, 4);
    EXPECT_EQ(l.subscriber.ledger.expected(1), 4U);
    EXPECT_EQ(l.subscriber.ledger.lost(1), 0U);
}

TEST(Tally, WhatTheKernelStampedIsTimedApart) {
    Listener l{MessageKind::json};
    l.hear(json(1), 10'000, 6'000);
    l.hear(json(2), 10'000);
    EXPECT_EQ(l.tally.recorder().kernel_to_reader.count(), 1U);
    EXPECT_EQ(l.tally.recorder().kernel_to_reader.max_ns(), 4'000);
}

TEST(Recorder, NotificationsOfSharedTopicsAreNotAddedUp) {
    Recorder a;
    Recorder b;
    for (std::uint64_t seq = 1; seq <= 10; ++seq) a.record({seq, "t", 0, 0}, 0, 1'000);
    for (std::uint64_t seq = 1; seq <= 12; ++seq) b.record({seq, "t", 0, 0}, 0, 1'000);
    for (std::uint64_t seq = 1; seq <= 5; ++seq) b.record({seq, "u", 0, 0}, 1, 1'000);
    a.merge(b);
    EXPECT_EQ(a.latency.count(), 27U);
    EXPECT_EQ(a.notifications(), 17U);
    a.clear();
    EXPECT_EQ(a.notifications(), 0U);
    EXPECT_EQ(a.latency.count(), 0U);
}

}  // namespace
}  // namespace pushbench::loadgen
