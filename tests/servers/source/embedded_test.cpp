#include "source/embedded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "servers/life.hpp"
#include "servers/source/noted.hpp"

namespace pushbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr std::int64_t kSecond = 1'000'000'000;

std::string encode(const Notification& notification, const Epoch& epoch) {
    return epoch.text() + " " + std::to_string(notification.seq) + " " + notification.payload;
}

class EmbeddedSourceTest : public ::testing::Test {
 protected:
    Publication publish(const std::string& topic) {
        Publication became;
        source.publish(topic, "p", 1, 2, [&became](const Publication& told) { became = told; });
        return became;
    }
    const std::array<Encoder, 1> encoder{encode};
    const Encoders encoders{encoder, &kLife};
    std::int64_t now_ns = kSecond;
    Noted first, second;
    Broker broker{encoders, {&first, &second}};
    EmbeddedSource source{broker, {3, 10 * kSecond}, [this] { return now_ns; }};
};

TEST_F(EmbeddedSourceTest, NumbersEachTopicFromOne) {
    EXPECT_EQ(publish("a").seq, 1U);
    EXPECT_EQ(publish("a").seq, 2U);
    EXPECT_EQ(publish("b").seq, 1U);
    EXPECT_THAT(source.heads(), ElementsAre(Pair("a", 2U), Pair("b", 1U)));
}

TEST_F(EmbeddedSourceTest, HandsOneEntryToAllThreads) {
    publish("a");
    ASSERT_EQ(first.entries.size(), 1U);
    EXPECT_EQ(first.entries, second.entries);
    EXPECT_EQ(first.entries[0]->frame(encode), "life 1 p");
}

TEST_F(EmbeddedSourceTest, WhatHasANumberTakesTheNextPlaceOfItsTopic) {
    source.put({9, "a", 1, 2, "p"});
    source.put({9, "a", 1, 2, "p"});
    EXPECT_THAT(first.told, ElementsAre("a 1", "a 2"));
    EXPECT_EQ(first.entries[1]->frame(encode), "life 9 p");
}

TEST_F(EmbeddedSourceTest, RefusesWhatIsNoUtf8WhoeverBringsIt) {
    Publication refused;
    source.publish("a", "\xe2\x82", 1, 2, [&](const Publication& publication) { refused = publication; });
    EXPECT_EQ(refused.seq, 0U);
    EXPECT_THAT(refused.problem, HasSubstr("not UTF-8"));
    EXPECT_TRUE(first.entries.empty());
}

TEST_F(EmbeddedSourceTest, RefusesMoreTopicsThanThereMayBe) {
    for (const char* topic : {"a", "b", "c"}) publish(topic);
    const Publication refused = publish("d");
    EXPECT_EQ(refused.seq, 0U);
    EXPECT_THAT(refused.problem, HasSubstr("too many topics: 3"));
    EXPECT_EQ(publish("a").seq, 2U) << "those that are there go on";
    EXPECT_EQ(source.topic_count(), 3U);
}

TEST_F(EmbeddedSourceTest, ForgetsWhatIsNotPublishedToForTooLong) {
    for (int i = 0; i < 5; ++i) publish("old");
    now_ns += 6 * kSecond;
    publish("new");
    now_ns += 6 * kSecond;
    source.forget_unpublished();
    EXPECT_THAT(source.heads(), ElementsAre(Pair("new", 1U)));
    EXPECT_EQ(first.told.back(), "forget old 5");
    EXPECT_EQ(second.told.back(), "forget old 5");
    // No number is given twice, so a cursor of before cannot pass for one of after.
    EXPECT_EQ(publish("old").seq, 6U);
    EXPECT_EQ(publish("another").seq, 6U);
    EXPECT_EQ(publish("new").seq, 2U);
}

TEST_F(EmbeddedSourceTest, MakesRoomByForgettingBeforeItRefuses) {
    for (const char* topic : {"a", "b", "c"}) publish(topic);
    now_ns += 11 * kSecond;
    EXPECT_EQ(publish("d").seq, 2U);
    EXPECT_EQ(source.topic_count(), 1U);
}

// Else each refusal would cost a look at every topic.
TEST_F(EmbeddedSourceTest, LooksForOldTopicsOnlyWhenThereCanBeOne) {
    for (const char* topic : {"a", "b", "c"}) publish(topic);
    int looks = 0;
    EmbeddedSource full{broker, {2, 10 * kSecond}, [&] { return ++looks, now_ns; }};
    for (const char* topic : {"a", "b", "c"}) full.publish(topic, "p", 1, 2, {});
    const int before = looks;
    for (int i = 0; i < 100; ++i) full.publish("d", "p", 1, 2, {});
    EXPECT_EQ(looks - before, 100) << "one for each refusal, and no walk";
    now_ns += 11 * kSecond;
    full.publish("d", "p", 1, 2, {});
    EXPECT_EQ(full.topic_count(), 1U);
}

TEST_F(EmbeddedSourceTest, PublishesWithoutAnybodyWhoWaitsForTheAnswer) {
    source.publish("a", "p", 1, 2, {});
    EXPECT_THAT(first.told, ElementsAre("a 1"));
}

}  // namespace
}  // namespace pushbench
