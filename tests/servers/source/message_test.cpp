#include "source/jetstream/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace pushbench::jetstream {
namespace {

using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::SizeIs;

TEST(MessageTest, HeadersComeBack) {
    EXPECT_EQ(parse_number("17"), 17U);
    for (const char* bad : {"", " 17", "17 ", "-1", "1x", "18446744073709551616"})
        EXPECT_EQ(parse_number(bad), std::nullopt) << bad;
    const auto times = parse_times(to_text({-1, std::numeric_limits<std::int64_t>::max()}));
    ASSERT_TRUE(times);
    EXPECT_EQ(times->due_ns, -1);
    EXPECT_EQ(times->sent_ns, std::numeric_limits<std::int64_t>::max());
    for (const char* bad : {"", "1", "1 ", " 1", "1 2 3", "1  2"}) EXPECT_FALSE(parse_times(bad)) << bad;
    EXPECT_EQ(to_id("abc", 17), "abc-17");
    EXPECT_EQ(parse_id("abc-17", "abc"), 17U);
    for (const char* bad : {"", "abc", "abc-", "abcd-17", "abd-17", "abc-x"})
        EXPECT_EQ(parse_id(bad, "abc"), std::nullopt) << bad;
}

TEST(PositionTest, IsReadFromTheReplySubject) {
    const auto position = parse_position("$JS.ACK.NEWS.cons.1.42.7.1700000000000000000.3");
    ASSERT_TRUE(position);
    EXPECT_EQ(position->stream_seq, 42U);
    EXPECT_EQ(position->consumer_seq, 7U);
    EXPECT_EQ(position->pending, 3U);
}

TEST(PositionTest, NewerServersPutMoreIntoIt) {
    for (const char* reply :
         {"$JS.ACK.hub.acc.NEWS.cons.1.42.7.17000.3", "$JS.ACK._.acc.NEWS.cons.1.42.7.17000.3.x"}) {
        const auto position = parse_position(reply);
        ASSERT_TRUE(position) << reply;
        EXPECT_EQ(position->stream_seq, 42U);
        EXPECT_EQ(position->consumer_seq, 7U);
        EXPECT_EQ(position->pending, 3U);
    }
}

TEST(PositionTest, AnythingElseIsNone) {
    for (const char* bad :
         {"", "_INBOX.x", "$JS.ACK.", "$JS.ACK.NEWS.cons.1.42.7.1", "$JS.ACK.NEWS.cons.1.x.7.1.3"})
        EXPECT_FALSE(parse_position(bad)) << bad;
}

TEST(AnswerTest, TellsWhatBecameOfATry) {
    const Answer stored = parse_answer(R"({"stream":"NEWS","seq":17})");
    EXPECT_EQ(stored.kind, Answer::Kind::stored);
    EXPECT_EQ(stored.stream_seq, 17U);
    const Answer conflict = parse_answer(
        R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 5"},"stream":"NEWS","seq":0})");
    EXPECT_EQ(conflict.kind, Answer::Kind::conflict);
    EXPECT_EQ(conflict.stream_seq, 5U);
    const Answer refused =
        parse_answer(R"({"error":{"code":503,"err_code":10047,"description":"insufficient resources"}})");
    EXPECT_EQ(refused.kind, Answer::Kind::refused);
    EXPECT_EQ(refused.problem, "insufficient resources");
}

TEST(AnswerTest, WhatIsNoneIsARefusalThatShowsIt) {
    for (const char* bad : {"", "{", "[]", "{}", R"({"seq":0})", R"({"seq":"1"})"}) {
        EXPECT_EQ(parse_answer(bad).kind, Answer::Kind::refused) << bad;
        EXPECT_THAT(parse_answer(bad).problem, HasSubstr("no answer of JetStream")) << bad;
    }
}

TEST(EpochOfAStreamTest, IsItsCreationInLettersAndDigits) {
    EXPECT_EQ(epoch_of(36).text(), "10");
    EXPECT_EQ(epoch_of(1'764'252'000'000'000'000).text(), "dejj4zwr8jk0");
    EXPECT_NE(epoch_of(1'764'252'000'000'000'000), epoch_of(1'764'252'000'000'000'001));
    EXPECT_THAT(epoch_of(std::numeric_limits<std::int64_t>::max()).text(), SizeIs(Le(16U)));
}

}  // namespace
}  // namespace pushbench::jetstream
