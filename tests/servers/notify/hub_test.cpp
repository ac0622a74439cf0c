#include "notify/hub.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "servers/life.hpp"

namespace pushbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Notes when it is woken, and may do something then.
struct Sleeper final : Subscriber {
    Sleeper(std::string name_, std::vector<std::string>& woken_) : name(std::move(name_)), woken(woken_) {}
    void wake() override {
        woken.push_back(name);
        subscription->cursor = subscription->log().head();
        if (on_wake) on_wake();
    }
    std::string name;
    std::vector<std::string>& woken;
    std::function<void()> on_wake;
    std::optional<Subscription> subscription{std::in_place};
};

class HubTest : public ::testing::Test {
 protected:
    void publish(const std::string& topic) {
        hub.append(topic, std::make_shared<const Entry>(hub.head(topic) + 1, std::string{}));
    }
    std::unique_ptr<Sleeper> sleeper(const std::string& name, const std::string& topic = "t") {
        auto one = std::make_unique<Sleeper>(name, woken);
        hub.subscribe(*one->subscription, topic, *one);
        return one;
    }
    int moved = 0;
    Hub hub{{{8}}, kLife, [this] { ++moved; }};
    std::vector<std::string> woken;
};

TEST_F(HubTest, WakesInTheOrderOfSubscription) {
    const auto a = sleeper("a");
    const auto b = sleeper("b");
    const auto c = sleeper("c", "other");
    publish("t");
    EXPECT_THAT(woken, IsEmpty()) << "only wake() wakes";
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a", "b"));
    publish("t");
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a", "b", "a", "b")) << "the order stays";
}

TEST_F(HubTest, AsksToBeWokenOncePerBatch) {
    const auto a = sleeper("a");
    publish("t");
    publish("t");
    publish("u");
    EXPECT_EQ(moved, 1);
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a")) << "once, however many came";
    EXPECT_EQ(a->subscription->cursor, 2U);
    publish("u");
    EXPECT_EQ(moved, 2);
    hub.wake();
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a"));
}

TEST_F(HubTest, DoesNotWakeWhoIsAlreadyAtTheHead) {
    const auto a = sleeper("a");
    publish("t");
    a->subscription->cursor = 1;
    hub.wake();
    EXPECT_THAT(woken, IsEmpty());
}

TEST_F(HubTest, LetsAnyoneLeaveWhileOthersAreWoken) {
    const auto a = sleeper("a");
    auto b = sleeper("b");
    const auto c = sleeper("c");
    c->on_wake = [&] { c->subscription.reset(); };  // itself
    a->on_wake = [&] { b.reset(); };                // one who is still to be woken
    publish("t");
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a", "c"));
    a->on_wake = {};
    publish("t");
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a", "c", "a"));
}

TEST_F(HubTest, LetsThemComeBackWhileBeingWoken) {
    const auto a = sleeper("a");
    const auto b = sleeper("b");
    a->on_wake = [&] {  // as a long poll that asks again at once
        a->subscription.emplace();
        hub.subscribe(*a->subscription, "t", *a);
    };
    std::unique_ptr<Sleeper> late;
    b->on_wake = [&] { late = sleeper("late"); };
    publish("t");
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a", "b")) << "who comes starts at the head";
    b->on_wake = {};
    publish("t");
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a", "b", "a", "b", "late"));
}

TEST_F(HubTest, MayBePublishedToWhileItWakes) {
    const auto a = sleeper("a");
    a->on_wake = [&] {
        if (hub.head("t") < 3) publish("t");
    };
    publish("t");
    for (int i = 0; i < 5; ++i) hub.wake();
    EXPECT_EQ(hub.head("t"), 3U);
    EXPECT_EQ(a->subscription->cursor, 3U);
    EXPECT_GE(moved, 2) << "a move during wake() asks for another";
}

TEST_F(HubTest, KnowsTheHeads) {
    const auto quiet = sleeper("q", "quiet");
    publish("b");
    publish("a");
    publish("a");
    EXPECT_EQ(hub.head("a"), 2U);
    EXPECT_EQ(hub.head("nobody knows"), 0U);
}

TEST_F(HubTest, ForgetsTopicsThatHoldNothingAndThatNobodyFollows) {
    const auto follower = sleeper("f", "followed");
    publish("held");
    { const auto passing = sleeper("p", "passing"); }
    EXPECT_EQ(hub.topic_count(), 3U);
    hub.forget_empty();
    EXPECT_EQ(hub.topic_count(), 2U);
    publish("followed");
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("f"));
}

TEST_F(HubTest, MadeUpTopicNamesCostNothingForLong) {
    for (int i = 0; i < 100'000; ++i) {
        const auto passing = sleeper("p", "made up " + std::to_string(i));
    }
    EXPECT_LE(hub.topic_count(), 2048U);
}

TEST_F(HubTest, ForgetsNoTopicWhoseHistoryWasDropped) {
    const std::size_t each = Entry{1, std::string{}}.held_bytes();
    Hub small{{{8}, 2 * each}, kLife, [] {}};
    for (const char* topic : {"a", "b", "c"})
        small.append(topic, std::make_shared<const Entry>(1, std::string{}));
    EXPECT_EQ(small.held_bytes(), 2 * each) << "the topic that was published to longest ago lost its own";
    small.forget_empty();
    EXPECT_EQ(small.topic_count(), 3U) << "its numbers go on";
    EXPECT_EQ(small.head("a"), 1U);
    small.append("a", std::make_shared<const Entry>(2, std::string{}));
    small.append("a", std::make_shared<const Entry>(3, std::string{}));
    EXPECT_EQ(small.held_bytes(), 2 * each);
    small.append("a", std::make_shared<const Entry>(4, std::string(100 * each, 'x')));
    EXPECT_EQ(small.held_bytes(), each + 100 * each) << "the newest is held whatever its size";
}

// Found by fuzzing: new topics begin further on than this one stands, which says nothing about this one.
TEST_F(HubTest, NorWhereAnotherThatWasFurtherOnIsForgotten) {
    const std::size_t each = Entry{1, std::string{}}.held_bytes();
    Hub small{{{8}, each}, kLife, [] {}};
    small.append("published to", std::make_shared<const Entry>(1, std::string{}));
    small.append("other", std::make_shared<const Entry>(1, std::string{}));
    small.wake();
    small.forget("other", 50);
    small.forget_empty();
    EXPECT_EQ(small.topic_count(), 1U);
    EXPECT_EQ(small.head("published to"), 1U) << "the source goes on from there";
    small.append("published to", std::make_shared<const Entry>(2, std::string{}));
    EXPECT_EQ(small.head("published to"), 2U);
    small.wake();
    small.forget("published to", 60);
    EXPECT_EQ(small.topic_count(), 0U);
}

TEST_F(HubTest, GoesOnBehindWhatWasForgotten) {
    const auto had_all = sleeper("a");
    const auto lags = sleeper("l");
    const auto of_new = sleeper("n", "new");
    for (int i = 0; i < 3; ++i) publish("t");
    hub.wake();
    lags->subscription->cursor = 1;
    hub.forget("t", 50);
    EXPECT_EQ(had_all->subscription->cursor, 50U) << "it has missed nothing";
    EXPECT_EQ(lags->subscription->cursor, 1U) << "it is told of a gap";
    EXPECT_EQ(hub.head("t"), 50U);
    EXPECT_EQ(hub.head("made later"), 50U);
    // Followed while new topics still began with 1.
    hub.append("new", std::make_shared<const Entry>(51, std::string{}));
    EXPECT_TRUE(of_new->subscription->behind());
    EXPECT_EQ(of_new->subscription->cursor, 50U);
}

TEST_F(HubTest, ATopicThatNobodyFollowsIsGoneOnceForgotten) {
    publish("t");
    hub.wake();
    hub.forget("t", 1);
    hub.forget("never seen here", 7);
    EXPECT_EQ(hub.topic_count(), 0U);
    EXPECT_EQ(hub.held_bytes(), 0U);
    EXPECT_EQ(hub.head("t"), 7U);
}

TEST_F(HubTest, ForgetsATopicAloneWhereItsSourceGoesOnByItself) {
    const auto had_all = sleeper("a");
    for (int i = 0; i < 3; ++i) publish("t");
    hub.wake();
    hub.forget("t", 0);
    EXPECT_EQ(had_all->subscription->cursor, 3U);
    EXPECT_EQ(hub.head("t"), 3U);
    EXPECT_EQ(hub.held_bytes(), 0U);
    EXPECT_EQ(hub.head("made later"), 0U);
}

TEST_F(HubTest, SkipsNumbersThatWereNeverGiven) {
    const auto had_all = sleeper("a");
    const auto lags = sleeper("l");
    for (int i = 0; i < 3; ++i) publish("t");
    hub.wake();
    lags->subscription->cursor = 1;
    hub.skip("t", 50, false);
    EXPECT_EQ(had_all->subscription->cursor, 50U) << "it has missed nothing";
    EXPECT_EQ(lags->subscription->cursor, 1U) << "it is told of a gap";
    hub.skip("t", 7, false);
    EXPECT_EQ(hub.head("t"), 50U) << "numbers do not go back";
    publish("t");
    EXPECT_EQ(hub.head("t"), 51U);
}

TEST_F(HubTest, WhereNumbersWereLostNobodyGoesOnWithoutAWord) {
    const auto had_all = sleeper("a");
    publish("t");
    hub.wake();
    hub.skip("t", 50, true);
    EXPECT_EQ(had_all->subscription->cursor, 1U);
    publish("t");
    EXPECT_EQ(had_all->subscription->log().first(), 51U);
    hub.wake();
    EXPECT_THAT(woken, ElementsAre("a", "a"));
}

}  // namespace
}  // namespace pushbench
