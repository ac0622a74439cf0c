#include "notify/broker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "servers/life.hpp"

namespace pushbench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr std::int64_t kSecond = 1'000'000'000;

std::string encode(const Notification& notification, const Epoch& epoch) {
    return epoch.text() + " " + std::to_string(notification.seq) + " " + notification.payload;
}

/// Notes what a thread is told.
struct Noted final : Replica {
    void append(const std::string& topic, EntryPtr entry) override {
        told.push_back(topic + " " + std::to_string(entry->seq()));
        entries.push_back(std::move(entry));
    }
    void forget(const std::string& topic, std::uint64_t base) override {
        told.push_back("forget " + topic + " " + std::to_string(base));
    }
    std::vector<std::string> told;
    std::vector<EntryPtr> entries;
};

class BrokerTest : public ::testing::Test {
 protected:
    Publication publish(const std::string& topic) {
        Publication became;
        broker.publish(topic, "p", 1, 2, [&became](const Publication& told) { became = told; });
        return became;
    }
    const std::array<Encoder, 1> encoder{encode};
    const Encoders encoders{encoder, &kLife};
    std::int64_t now_ns = kSecond;
    Noted first, second;
    Broker broker{encoders, {&first, &second}, {3, 10 * kSecond}, [this] { return now_ns; }};
};

TEST_F(BrokerTest, NumbersEachTopicFromOne) {
    EXPECT_EQ(publish("a").seq, 1U);
    EXPECT_EQ(publish("a").seq, 2U);
    EXPECT_EQ(publish("b").seq, 1U);
    EXPECT_THAT(broker.heads(), ElementsAre(Pair("a", 2U), Pair("b", 1U)));
}

TEST_F(BrokerTest, HandsOneEntryToAllThreads) {
    publish("a");
    ASSERT_EQ(first.entries.size(), 1U);
    EXPECT_EQ(first.entries, second.entries);
    EXPECT_EQ(first.entries[0]->frame(encode), "life 1 p");
}

TEST_F(BrokerTest, WhatHasANumberTakesTheNextPlaceOfItsTopic) {
    broker.put({9, "a", 1, 2, "p"});
    broker.put({9, "a", 1, 2, "p"});
    EXPECT_THAT(first.told, ElementsAre("a 1", "a 2"));
    EXPECT_EQ(first.entries[1]->frame(encode), "life 9 p");
}

TEST_F(BrokerTest, RefusesWhatIsNoUtf8WhoeverBringsIt) {
    Publication refused;
    broker.publish("a", "\xe2\x82", 1, 2, [&](const Publication& publication) { refused = publication; });
    EXPECT_EQ(refused.seq, 0U);
    EXPECT_THAT(refused.problem, HasSubstr("not UTF-8"));
    EXPECT_TRUE(first.entries.empty());
}

TEST_F(BrokerTest, RefusesMoreTopicsThanThereMayBe) {
    for (const char* topic : {"a", "b", "c"}) publish(topic);
    const Publication refused = publish("d");
    EXPECT_EQ(refused.seq, 0U);
    EXPECT_THAT(refused.problem, HasSubstr("too many topics: 3"));
    EXPECT_EQ(publish("a").seq, 2U) << "those that are there go on";
    EXPECT_EQ(broker.topic_count(), 3U);
}

TEST_F(BrokerTest, ForgetsWhatIsNotPublishedToForTooLong) {
    for (int i = 0; i < 5; ++i) publish("old");
    now_ns += 6 * kSecond;
    publish("new");
    now_ns += 6 * kSecond;
    broker.forget_unpublished();
    EXPECT_THAT(broker.heads(), ElementsAre(Pair("new", 1U)));
    EXPECT_EQ(first.told.back(), "forget old 5");
    EXPECT_EQ(second.told.back(), "forget old 5");
    // No number is given twice, so a cursor of before cannot pass for one of after.
    EXPECT_EQ(publish("old").seq, 6U);
    EXPECT_EQ(publish("another").seq, 6U);
    EXPECT_EQ(publish("new").seq, 2U);
}

TEST_F(BrokerTest, MakesRoomByForgettingBeforeItRefuses) {
    for (const char* topic : {"a", "b", "c"}) publish(topic);
    now_ns += 11 * kSecond;
    EXPECT_EQ(publish("d").seq, 2U);
    EXPECT_EQ(broker.topic_count(), 1U);
}

// Else each refusal would cost a look at every topic.
TEST_F(BrokerTest, LooksForOldTopicsOnlyWhenThereCanBeOne) {
    for (const char* topic : {"a", "b", "c"}) publish(topic);
    int looks = 0;
    Broker full{encoders, {&first}, {2, 10 * kSecond}, [&] { return ++looks, now_ns; }};
    for (const char* topic : {"a", "b", "c"}) full.publish(topic, "p", 1, 2, {});
    const int before = looks;
    for (int i = 0; i < 100; ++i) full.publish("d", "p", 1, 2, {});
    EXPECT_EQ(looks - before, 100) << "one for each refusal, and no walk";
    now_ns += 11 * kSecond;
    full.publish("d", "p", 1, 2, {});
    EXPECT_EQ(full.topic_count(), 1U);
}

TEST_F(BrokerTest, PublishesWithoutAnybodyWhoWaitsForTheAnswer) {
    broker.publish("a", "p", 1, 2, {});
    EXPECT_THAT(first.told, ElementsAre("a 1"));
}

}  // namespace
}  // namespace pushbench
