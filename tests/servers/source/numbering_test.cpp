#include "source/jetstream/numbering.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "servers/life.hpp"
#include "servers/source/noted.hpp"

namespace pushbench::jetstream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::int64_t kSecond = 1'000'000'000;

std::string numbered(const Notification& notification, const Epoch&) {
    return std::to_string(notification.seq) + " " + notification.payload;
}

class NumberingTest : public ::testing::Test, protected Uplink {
 protected:
    void send(Attempt attempt) override { sent.push_back(std::move(attempt)); }

    /// Its place in `became` is the order of publication.
    void publish(const std::string& topic, const std::string& payload = "p") {
        const std::size_t place = became.size();
        became.emplace_back();
        numbering.publish(topic, payload, 1, 2, [this, place](const Publication& publication) {
            EXPECT_FALSE(told.contains(place)) << "told twice";
            told.insert(place);
            became[place] = publication;
        });
    }
    void stored(std::uint64_t id, std::uint64_t stream_seq) {
        numbering.answered(id, {.kind = Answer::Kind::stored, .stream_seq = stream_seq});
    }
    void beaten(std::uint64_t id, std::uint64_t last) {
        numbering.answered(id, {.kind = Answer::Kind::conflict, .stream_seq = last});
    }
    void come(std::uint64_t stream_seq, const std::string& topic, std::uint64_t seq,
              std::uint64_t own_id = 0) {
        numbering.delivered({stream_seq, topic, seq, own_id, 1, 2, "p"});
    }
    std::string last_try() const {
        const Attempt& it = sent.back();
        return it.topic + " " + std::to_string(it.seq) + " after " + std::to_string(it.expected_last);
    }

    const std::array<Encoder, 1> encoder{numbered};
    const Encoders encoders{encoder, &kLife};
    std::int64_t now_ns = 100 * kSecond;
    Noted noted;
    Broker broker{encoders, {&noted}};
    std::vector<Attempt> sent;
    std::vector<Publication> became;
    std::set<std::size_t> told;
    NumberingLimits limits{.topics = 3, .waiting = 4, .waiting_bytes = 1000};
    Numbering numbering{broker, *this, limits, [this] { return now_ns; }};
};

TEST_F(NumberingTest, SendsNothingBeforeItKnowsWhatThereIs) {
    publish("a");
    EXPECT_THAT(sent, IsEmpty());
    come(1, "a", 1);
    come(2, "a", 2);
    numbering.caught_up(2);
    EXPECT_EQ(last_try(), "a 3 after 2");
}

TEST_F(NumberingTest, NumbersEachTopicFromOneAndHandsOnWhatComes) {
    numbering.caught_up(0);
    publish("a");
    EXPECT_EQ(last_try(), "a 1 after 0");
    stored(1, 1);
    EXPECT_EQ(became[0].seq, 0U) << "who is told finds it in the logs";
    come(1, "a", 1, 1);
    EXPECT_EQ(became[0].seq, 1U);
    EXPECT_THAT(noted.told, ElementsAre("a 1"));
    EXPECT_EQ(noted.entries[0]->frame(numbered), "1 p");
    publish("b");
    EXPECT_EQ(last_try(), "b 1 after 0");
    publish("a");
    EXPECT_EQ(last_try(), "a 2 after 1");
    EXPECT_THAT(numbering.heads(), ElementsAre(Pair("a", 1U)));
}

TEST_F(NumberingTest, OneOfATopicIsOnItsWayAndTheOthersWait) {
    numbering.caught_up(0);
    for (int i = 0; i < 3; ++i) publish("a");
    EXPECT_THAT(sent, SizeIs(1));
    stored(1, 4);
    EXPECT_EQ(last_try(), "a 2 after 4");
    stored(2, 9);
    EXPECT_EQ(last_try(), "a 3 after 9");
    EXPECT_EQ(numbering.counts().waiting, 1U);
}

TEST_F(NumberingTest, WhatComesBackIsAnAnswerTooAndTheOtherIsPassedOver) {
    numbering.caught_up(0);
    publish("a");
    come(1, "a", 1, 1);
    EXPECT_EQ(became[0].seq, 1U);
    stored(1, 1);
    EXPECT_EQ(numbering.counts().waiting, 0U);
}

TEST_F(NumberingTest, WhoWasBeatenTakesTheNextNumberOnceTheWinnerHasCome) {
    numbering.caught_up(0);
    publish("a");
    beaten(1, 1);
    EXPECT_THAT(sent, SizeIs(1)) << "its number is not known yet";
    come(1, "a", 1);
    EXPECT_EQ(last_try(), "a 2 after 1");
    come(2, "a", 2, 1);
    EXPECT_EQ(became[0].seq, 2U);
    EXPECT_EQ(numbering.counts().conflicts, 1U);
}

TEST_F(NumberingTest, TheWinnerMayHaveComeBeforeTheAnswer) {
    numbering.caught_up(0);
    publish("a");
    come(1, "a", 1);
    beaten(1, 1);
    EXPECT_EQ(last_try(), "a 2 after 1");
}

TEST_F(NumberingTest, WhereTheLastIsRemovedTheOneBeforeItIsExpectedAndNoNumberComesTwice) {
    come(1, "a", 1);
    come(2, "a", 2);
    numbering.caught_up(2);
    publish("a");
    beaten(1, 1);
    EXPECT_EQ(last_try(), "a 3 after 1");
    beaten(1, 0);
    EXPECT_EQ(last_try(), "a 3 after 0");
}

TEST_F(NumberingTest, WhatHadNoAnswerIsTriedAgainOnceAllHasCome) {
    numbering.caught_up(0);
    publish("a");
    numbering.lost();
    EXPECT_THAT(sent, SizeIs(1));
    numbering.caught_up(0);
    EXPECT_THAT(sent, SizeIs(2));
    EXPECT_EQ(last_try(), "a 1 after 0");
    EXPECT_EQ(sent[0].id, sent[1].id);
    EXPECT_EQ(numbering.counts().repeated, 1U);
}

TEST_F(NumberingTest, WhatWasStoredWithoutAnAnswerIsNotTriedAgain) {
    numbering.caught_up(0);
    publish("a");
    numbering.lost();
    come(1, "a", 1, 1);
    EXPECT_EQ(became[0].seq, 1U);
    numbering.caught_up(1);
    EXPECT_THAT(sent, SizeIs(1));
}

TEST_F(NumberingTest, WithoutAnAnswerForLongItIsTriedAgain) {
    numbering.caught_up(0);
    publish("a");
    now_ns += 2 * kSecond;
    numbering.look_after();
    EXPECT_THAT(sent, SizeIs(1));
    now_ns += 2 * kSecond;
    numbering.look_after();
    EXPECT_THAT(sent, SizeIs(2));
}

TEST_F(NumberingTest, WhatTheStreamRefusesIsRefusedAndTheNextIsTried) {
    numbering.caught_up(0);
    publish("a");
    publish("a");
    numbering.answered(1, {.problem = "insufficient resources"});
    EXPECT_THAT(became[0].problem, HasSubstr("insufficient resources"));
    EXPECT_EQ(became[0].why, NotTaken::away);
    EXPECT_EQ(last_try(), "a 1 after 0");
    stored(2, 1);
    come(1, "a", 1, 2);
    EXPECT_EQ(became[1].seq, 1U);
}

TEST_F(NumberingTest, WhatWasStoredAndRemovedBeforeItCameIsAnsweredAsWell) {
    numbering.caught_up(0);
    publish("a");
    stored(1, 1);
    publish("b");
    stored(2, 2);
    come(2, "b", 1, 2);
    EXPECT_EQ(became[0].seq, 1U);
    publish("a");
    stored(3, 3);
    now_ns += 11 * kSecond;
    numbering.look_after();
    EXPECT_EQ(became[2].seq, 2U) << "it is stored, whenever it comes";
    publish("a");
    stored(4, 4);
    numbering.give_up();
    EXPECT_EQ(became[3].seq, 3U);
}

TEST_F(NumberingTest, NoMoreWaitThanMay) {
    for (int i = 0; i < 5; ++i) publish("a");
    EXPECT_THAT(became[4].problem, HasSubstr("4 notifications wait"));
    EXPECT_EQ(became[4].why, NotTaken::away);
    EXPECT_EQ(became[3].problem, "");
    Numbering few{broker, *this, {.waiting_bytes = 10}, [this] { return now_ns; }};
    few.publish("a", std::string(10, 'x'), 1, 2, {});
    Publication refused;
    few.publish("a", "x", 1, 2, [&](const Publication& publication) { refused = publication; });
    EXPECT_EQ(refused.why, NotTaken::away);
    EXPECT_EQ(few.counts().refused, 1U);
}

TEST_F(NumberingTest, RefusesWhatNobodyCouldTake) {
    numbering.publish("a", "\xe2\x82", 1, 2,
                      [](const Publication& it) { EXPECT_EQ(it.why, NotTaken::invalid); });
    numbering.set_most_payload_bytes(3);
    numbering.publish("a", "four", 1, 2,
                      [](const Publication& it) { EXPECT_EQ(it.why, NotTaken::too_large); });
    for (const char* topic : {"a", "b", "c"}) publish(topic);
    numbering.publish("d", "p", 1, 2, [](const Publication& it) { EXPECT_EQ(it.why, NotTaken::full); });
    EXPECT_EQ(numbering.counts().refused, 3U);
}

TEST_F(NumberingTest, WhatWaitsTooLongIsRefusedAndNotSentAfterIt) {
    numbering.caught_up(0);
    publish("a");
    publish("a");
    now_ns += 5 * kSecond;
    publish("a");
    now_ns += 6 * kSecond;
    numbering.look_after();
    EXPECT_THAT(became[0].problem, HasSubstr("it may still come"));
    EXPECT_THAT(became[1].problem, HasSubstr("it was not sent"));
    EXPECT_EQ(became[2].problem, "");
    EXPECT_EQ(sent.back().id, 3U);
    numbering.give_up();
    EXPECT_THAT(became[2].problem, HasSubstr("the server ends"));
    EXPECT_EQ(numbering.counts().waiting, 0U);
}

TEST_F(NumberingTest, PassesOverWhatCameAlready) {
    come(1, "a", 1);
    come(2, "a", 2);
    come(1, "a", 1);
    come(2, "a", 2);
    come(3, "a", 3);
    EXPECT_THAT(noted.told, ElementsAre("a 1", "a 2", "a 3"));
}

TEST_F(NumberingTest, PassesOverWhatNoServerHasNumberedButExpectsItToBeTheLast) {
    come(1, "a", 1);
    come(2, "a", 0);
    come(3, "unheard", 0);
    come(4, "b", 5);
    come(5, "a", 1);
    EXPECT_EQ(numbering.counts().ignored, 4U);
    EXPECT_THAT(noted.told, ElementsAre("a 1"));
    numbering.caught_up(5);
    publish("a");
    EXPECT_EQ(last_try(), "a 2 after 5");
    publish("unheard");
    beaten(2, 3);
    EXPECT_EQ(last_try(), "unheard 1 after 3");
}

TEST_F(NumberingTest, BeginsBehindAllThatItHasNotSeen) {
    come(101, "a", 40);
    EXPECT_THAT(noted.told, ElementsAre("skip a 39", "a 40"));
    numbering.caught_up(101);
    publish("b");
    EXPECT_EQ(last_try(), "b 101 after 0");
    publish("a");
    EXPECT_EQ(last_try(), "a 41 after 101");
}

TEST_F(NumberingTest, AnEmptyStreamThatOnceHadMessagesIsAllUnseen) {
    numbering.caught_up(1000);
    publish("b");
    EXPECT_EQ(last_try(), "b 1001 after 0");
}

TEST_F(NumberingTest, TellsOfALossOnlyWhereSomethingWasRemovedUnseen) {
    come(1, "a", 1);
    numbering.caught_up(1);
    come(2, "b", 1);
    // Somebody who did not know the topic has numbered it from further up: nobody has missed anything.
    come(3, "a", 3);
    EXPECT_THAT(noted.told, ElementsAre("a 1", "b 1", "skip a 2", "a 3"));
    noted.told.clear();
    numbering.lost();
    come(9, "a", 7);
    come(10, "b", 2);
    come(11, "new", 4);
    EXPECT_THAT(noted.told, ElementsAre("lost a 6", "a 7", "b 2", "lost new 3", "new 4"));
}

TEST_F(NumberingTest, ForgetsWithoutGivingANumberTwice) {
    come(1, "a", 1);
    come(2, "a", 2);
    now_ns += 20 * kSecond;
    come(3, "b", 1);
    numbering.caught_up(3);
    publish("c");
    numbering.forget_unpublished(10 * kSecond);
    EXPECT_EQ(noted.told.back(), "forget a 0");
    EXPECT_THAT(numbering.heads(), ElementsAre(Pair("b", 1U)));
    publish("a");
    EXPECT_EQ(last_try(), "a 3 after 0");
}

}  // namespace
}  // namespace pushbench::jetstream
