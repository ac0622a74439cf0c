#include "notify/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
            hub.append(topic, std::make_shared<const Entry>(Entry{seq, topic + std::to_string(seq)}));
        }
    }
    std::vector<Gap> follow(const std::vector<std::string>& topics, const std::vector<std::uint64_t>& after) {
        return reader.follow(hub, nobody, topics, after);
    }
    std::vector<std::string> peek(std::size_t most = 64) {
        std::vector<const EntryPtr*> entries(most);
        entries.resize(reader.peek(entries));
        std::vector<std::string> frames;
        frames.reserve(entries.size());
        for (const EntryPtr* entry : entries) frames.push_back((*entry)->frame);
        return frames;
    }
    Hub hub{4, [] {}};
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
    EXPECT_EQ(reader.cursor_text(), "2");
    reader.advance();
    reader.advance();  // past the end it does nothing
    EXPECT_EQ(reader.cursor_text(), "3");
}

TEST_F(ReaderTest, FollowsSeveralTopicsInTheirOrder) {
    publish("a", 2);
    publish("b", 3);
    follow({"b", "a"}, {2, 0});
    EXPECT_THAT(peek(), ElementsAre("b3", "a1", "a2"));
    for (int i = 0; i < 2; ++i) reader.advance();
    EXPECT_THAT(peek(), ElementsAre("a2"));
    EXPECT_EQ(reader.cursor_text(), "3,1");
    EXPECT_EQ(reader.first_topic(), "b");
}

TEST_F(ReaderTest, OneCursorStandsForAllTopics) {
    publish("a", 2);
    publish("b", 2);
    follow({"a", "b"}, {1});
    EXPECT_EQ(reader.cursor_text(), "1,1");
}

TEST_F(ReaderTest, SaysWhatFellOffTheHistory) {
    publish("a", 10);
    follow({"a"}, {3});
    const auto gap = reader.take_gap();
    ASSERT_TRUE(gap);
    EXPECT_EQ(gap->topic, "a");
    EXPECT_EQ(gap->after, 3U);
    EXPECT_EQ(gap->first, 7U);
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

TEST_F(ReaderTest, ReportsEachCursorBeyondTheHead) {
    publish("a", 2);
    const auto ahead = follow({"a", "b"}, {UINT64_MAX, 9});
    ASSERT_EQ(ahead.size(), 2U);
    EXPECT_EQ(ahead[0].after, UINT64_MAX);
    EXPECT_EQ(ahead[0].first, 3U);
    EXPECT_EQ(ahead[1].topic, "b");
    EXPECT_EQ(ahead[1].first, 1U);
    EXPECT_EQ(reader.cursor_text(), "2,0") << "set to the head";
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
    EXPECT_EQ(to_json(Gap{"default", 3, 10}), R"({"gap":{"topic":"default","after":3,"first":10}})");
    EXPECT_EQ(to_json(Gap{"a\"b", 0, 1}), R"({"gap":{"topic":"a\"b","after":0,"first":1}})");
}

}  // namespace
}  // namespace pushbench
