#include "polling/answer.hpp"

#include <gtest/gtest.h>

#include "servers/life.hpp"

namespace pushbench::polling {
namespace {

struct Nobody final : Subscriber {
    void wake() override {}
};

class AnswerTest : public ::testing::Test {
 protected:
    void publish(const std::string& frame, const std::string& topic = "t") {
        hub.append(topic, std::make_shared<const Entry>(hub.head(topic) + 1, frame));
    }
    std::vector<Gap> follow(const std::vector<std::string>& topics, std::vector<std::uint64_t> after) {
        return reader.follow(hub, nobody, topics, {{}, std::move(after)});
    }
    Hub hub{{{2000}}, kLife, [] {}};
    Nobody nobody;
    Reader reader;
};

TEST_F(AnswerTest, HoldsWhatIsNewAndWhereToGoOn) {
    for (const char* frame : {"1", "2", "3"}) publish(frame);
    follow({"t"}, {1});
    const Answer answer = take_answer(reader);
    EXPECT_EQ(answer.body, R"({"cursor":"life-3","notifications":[2,3]})");
    EXPECT_EQ(answer.notifications, 2U);
    EXPECT_EQ(answer.gaps, 0U);
    EXPECT_EQ(take_answer(reader).body, R"({"cursor":"life-3","notifications":[]})")
        << "the cursor has moved";
}

TEST_F(AnswerTest, NamesACursorForEachTopic) {
    publish("1", "a");
    publish("2", "b");
    follow({"b", "a", "quiet"}, {0});
    EXPECT_EQ(take_answer(reader).body, R"({"cursor":"life-1,1,0","notifications":[2,1]})");
}

TEST_F(AnswerTest, TellsWhatWasLost) {
    Hub small{{{2}}, kLife, [] {}};
    for (std::uint64_t seq = 1; seq <= 5; ++seq)
        for (const char* topic : {"a", "b"})
            small.append(topic, std::make_shared<const Entry>(seq, std::to_string(seq)));
    reader.follow(small, nobody, std::vector<std::string>{"a", "b"}, Cursor{{}, {1, 2}});
    const Answer answer = take_answer(reader);
    EXPECT_EQ(answer.gaps, 2U);
    EXPECT_EQ(answer.body,
              R"({"cursor":"life-5,5","gaps":[{"topic":"a","after":1,"first":4,"cursor":"life-3,2"},)"
              R"({"topic":"b","after":2,"first":4,"cursor":"life-3,3"}],"notifications":[4,5,4,5]})");
    reader.reset();
}

TEST_F(AnswerTest, TellsOfACursorThatWasAhead) {
    publish("1");
    const auto ahead = follow({"t"}, {9});
    publish("2");
    const Answer answer = take_answer(reader, ahead);
    EXPECT_EQ(answer.body,
              R"({"cursor":"life-2","gaps":[{"topic":"t","after":9,"first":1,"cursor":"life-0"}],)"
              R"("notifications":[1,2]})");
    EXPECT_EQ(answer.gaps, 1U);
}

TEST_F(AnswerTest, HoldsNoMoreThanItsBounds) {
    for (int i = 0; i < 1500; ++i) publish("1");
    follow({"t"}, {0});
    EXPECT_EQ(take_answer(reader).notifications, kMostNotifications);
    EXPECT_EQ(take_answer(reader).notifications, 1500 - kMostNotifications);
    const std::string large(100 * 1024, '1');
    for (int i = 0; i < 5; ++i) publish(large);
    EXPECT_EQ(take_answer(reader).notifications, 2U);
    EXPECT_EQ(take_answer(reader).notifications, 2U);
    EXPECT_EQ(take_answer(reader).notifications, 1U);
    publish(std::string(kMostBytes * 2, '1'));
    EXPECT_EQ(take_answer(reader).notifications, 1U) << "one always fits";
}

}  // namespace
}  // namespace pushbench::polling
