#include "notify/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "servers/life.hpp"

namespace pushbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Nobody final : Subscriber {
    void wake() override {}
};

class ReaderTest : public ::testing::Test {
 protected:
    void publish(const std::string& topic, int count) {
        for (int i = 0; i < count; ++i) {
            const std::uint64_t seq = hub.head(topic) + 1;
            hub.append(topic, std::make_shared<const Entry>(seq, topic + std::to_string(seq)));
        }
    }
    std::vector<Gap> follow(const std::vector<std::string>& topics, std::vector<std::uint64_t> after,
                            std::optional<Epoch> epoch = std::nullopt) {
        return reader.follow(hub, nobody, topics, {std::move(epoch), std::move(after)});
    }
    std::vector<std::string> peek(std::size_t most = 64) {
        std::vector<const EntryPtr*> entries(most);
        entries.resize(reader.peek(entries));
        std::vector<std::string> frames;
        frames.reserve(entries.size());
        for (const EntryPtr* entry : entries) frames.push_back((*entry)->frame(nullptr));
        return frames;
    }
    Hub hub{{{4}}, kLife, [] {}};
    Nobody nobody;
    Reader reader;
};

TEST_F(ReaderTest, StartsAtTheHeadWithoutACursor) {
    publish("a", 2);
    EXPECT_THAT(follow({"a"}, {}), IsEmpty());
    EXPECT_FALSE(reader.behind());
    EXPECT_THAT(peek(), IsEmpty());
    publish("a", 1);
    EXPECT_TRUE(reader.behind());
    EXPECT_THAT(peek(), ElementsAre("a3"));
}

TEST_F(ReaderTest, PeeksWithoutMovingAndAdvancesOneByOne) {
    publish("a", 3);
    follow({"a"}, {1});
    EXPECT_THAT(peek(), ElementsAre("a2", "a3"));
    EXPECT_THAT(peek(1), ElementsAre("a2"));
    reader.advance();
    EXPECT_THAT(peek(), ElementsAre("a3"));
    EXPECT_EQ(reader.cursor_text(), "life-2");
    reader.advance();
    reader.advance();  // past the end it does nothing
    EXPECT_EQ(reader.cursor_text(), "life-3");
}

TEST_F(ReaderTest, FollowsSeveralTopicsInTheirOrder) {
    publish("a", 2);
    publish("b", 3);
    follow({"b", "a"}, {2, 0});
    EXPECT_THAT(peek(), ElementsAre("b3", "a1", "a2"));
    for (int i = 0; i < 2; ++i) reader.advance();
    EXPECT_THAT(peek(), ElementsAre("a2"));
    EXPECT_EQ(reader.cursor_text(), "life-3,1");
    EXPECT_EQ(reader.first_topic(), "b");
}

TEST_F(ReaderTest, OneCursorStandsForAllTopics) {
    publish("a", 2);
    publish("b", 2);
    follow({"a", "b"}, {1});
    EXPECT_EQ(reader.cursor_text(), "life-1,1");
}

TEST_F(ReaderTest, SaysWhatFellOffTheHistory) {
    publish("a", 10);
    follow({"a"}, {3});
    const auto gap = reader.take_gap();
    ASSERT_TRUE(gap);
    EXPECT_EQ(gap->topic, "a");
    EXPECT_EQ(gap->after, 3U);
    EXPECT_EQ(gap->first, 7U);
    EXPECT_EQ(gap->cursor, "life-6");
    EXPECT_FALSE(reader.take_gap()) << "told once";
    EXPECT_THAT(peek(), ElementsAre("a7", "a8", "a9", "a10"));
}

TEST_F(ReaderTest, AtTheEdgeOfTheHistoryNothingIsLost) {
    publish("a", 10);
    follow({"a"}, {6});
    EXPECT_FALSE(reader.take_gap());
    publish("a", 1);
    EXPECT_TRUE(reader.take_gap());
}

TEST_F(ReaderTest, ACursorOfAnotherLifeIsToldSoAndGoesOnFromTheFirstHeld) {
    publish("a", 10);
    // Whether its number is behind the head, at it or beyond.
    for (const std::uint64_t after : {2U, 10U, 50U}) {
        const auto gaps = follow({"a"}, {after}, Epoch::parse("before"));
        ASSERT_EQ(gaps.size(), 1U) << after;
        EXPECT_EQ(gaps[0].after, after);
        EXPECT_EQ(gaps[0].first, 7U);
        EXPECT_EQ(gaps[0].cursor, "life-6");
        EXPECT_THAT(peek(), ElementsAre("a7", "a8", "a9", "a10"));
        EXPECT_FALSE(reader.take_gap()) << "told once";
    }
    const auto gaps = follow({"a", "b"}, {2, 3}, Epoch::parse("before"));
    ASSERT_EQ(gaps.size(), 2U);
    EXPECT_EQ(gaps[1].first, 1U) << "nothing is held of it";
    EXPECT_EQ(gaps[0].cursor, "life-6,0");
    EXPECT_EQ(gaps[1].cursor, "life-6,0");
}

TEST_F(ReaderTest, ABareNumberBeyondTheHeadIsOfAnotherLife) {
    publish("a", 2);
    const auto gaps = follow({"a", "b"}, {UINT64_MAX, 9});
    ASSERT_EQ(gaps.size(), 2U);
    EXPECT_EQ(gaps[0].after, UINT64_MAX);
    EXPECT_EQ(gaps[0].first, 1U);
    EXPECT_EQ(gaps[1].topic, "b");
    EXPECT_EQ(gaps[1].first, 1U);
    EXPECT_THAT(peek(), ElementsAre("a1", "a2"));
}

// Another thread gave it, whose replica is ahead of this one.
TEST_F(ReaderTest, ACursorOfThisLifeMayBeAhead) {
    publish("a", 2);
    EXPECT_THAT(follow({"a"}, {4}, kLife), IsEmpty());
    publish("a", 2);
    EXPECT_FALSE(reader.behind());
    publish("a", 1);
    EXPECT_THAT(peek(), ElementsAre("a5")) << "none twice";
}

// Behind it there is no number: nothing is new, and nothing is missed.
TEST_F(ReaderTest, TheLargestNumberOfThisLifeIsAheadOfEverything) {
    publish("a", 6);
    EXPECT_THAT(follow({"a"}, {UINT64_MAX}, kLife), IsEmpty());
    EXPECT_FALSE(reader.take_gap());
    EXPECT_THAT(peek(), IsEmpty());
    EXPECT_FALSE(reader.behind());
}

TEST_F(ReaderTest, FollowsNothingAfterReset) {
    follow({"a"}, {});
    reader.reset();
    publish("a", 1);
    hub.wake();
    EXPECT_FALSE(reader.behind());
    EXPECT_FALSE(reader.take_gap());
    EXPECT_EQ(reader.first_topic(), "");
    EXPECT_EQ(reader.topic_count(), 0U);
}

TEST(Gap, IsWrittenInTheFormOfTheContract) {
    EXPECT_EQ(to_json(Gap{"default", 3, 10, "life-9"}),
              R"({"gap":{"topic":"default","after":3,"first":10,"cursor":"life-9"}})");
    EXPECT_EQ(to_json(Gap{"a\"b", 0, 1, "life-0"}),
              R"({"gap":{"topic":"a\"b","after":0,"first":1,"cursor":"life-0"}})");
}

}  // namespace
}  // namespace pushbench
