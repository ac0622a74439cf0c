#include "http/query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::size_t kMostTopics = 8;

Wanted wanted(const std::string& target, std::optional<std::string_view> last_event_id = std::nullopt) {
    Refusal refusal;
    const auto read = parse_wanted(parse_target(target).value(), last_event_id, kMostTopics, refusal);
    EXPECT_TRUE(read) << target << ": " << refusal.line;
    return read.value_or(Wanted{});
}

std::string problem_of(const std::string& target,
                       std::optional<std::string_view> last_event_id = std::nullopt) {
    Refusal refusal;
    EXPECT_FALSE(parse_wanted(parse_target(target).value(), last_event_id, kMostTopics, refusal)) << target;
    return refusal.line;
}

TEST(Target, IsTakenApartAndDecoded) {
    const auto target = parse_target("/a%20b?topic=x%26y&after=3&flag&=v&topic=z+w");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a b");
    EXPECT_EQ(target->find("topic"), "x&y") << "the first of them";
    EXPECT_EQ(target->find("flag"), "");
    EXPECT_EQ(target->find("nothing"), std::nullopt);
    EXPECT_EQ(target->parameters.size(), 5U);
    EXPECT_EQ(target->parameters.back().second, "z w");
}

// The URL standard's query percent-encode set: browsers send these as they are.
TEST(Target, NeedsNoEncodingWhereBrowsersHaveNone) {
    EXPECT_EQ(parse_target("/poll?topic=room[1]{a}|^`\\")->find("topic"), "room[1]{a}|^`\\");
}

TEST(Target, MustBeAPath) {
    for (const char* text : {"", "*", "poll", "ftp://host/poll", "http://", "http:///x", "http://u@h/", "/%",
                             "/%4", "/x?%4g", "/x#y", "/%zz", "/a b", "/\x01"})
        EXPECT_FALSE(parse_target(text)) << text;
    EXPECT_TRUE(parse_target("/"));
    EXPECT_TRUE(parse_target("/?"));
}

TEST(Target, MayBeAbsolute) {
    const auto target = parse_target("http://host:80/poll?after=3");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/poll");
    EXPECT_EQ(target->find("after"), "3");
    EXPECT_EQ(parse_target("HTTP://host")->path, "/");
    EXPECT_EQ(parse_target("http://host?after=4")->find("after"), "4");
}

TEST(WantedFromQuery, HasDefaults) {
    EXPECT_THAT(wanted("/poll").topics, ElementsAre("default"));
    EXPECT_THAT(wanted("/poll").from.after, IsEmpty());
}

TEST(WantedFromQuery, ReadsTopicsAndCursors) {
    EXPECT_THAT(wanted("/poll?topic=a&topic=b&after=3,7").topics, ElementsAre("a", "b"));
    EXPECT_THAT(wanted("/poll?topic=a&topic=b&after=3,7").from.after, ElementsAre(3, 7));
    EXPECT_THAT(wanted("/poll?topic=a&topic=b&after=3").from.after, ElementsAre(3));
    EXPECT_THAT(wanted("/poll?after=18446744073709551615").from.after, ElementsAre(UINT64_MAX));
}

TEST(WantedFromQuery, ReadsTheLifeThatACursorIsOf) {
    EXPECT_EQ(wanted("/poll?after=k3x9-17").from.epoch, Epoch::parse("k3x9"));
    EXPECT_THAT(wanted("/poll?after=k3x9-17").from.after, ElementsAre(17));
    EXPECT_THAT(wanted("/poll?topic=a&topic=b&after=k3x9-3,7").from.after, ElementsAre(3, 7));
    EXPECT_EQ(wanted("/poll?after=17").from.epoch, std::nullopt);
}

TEST(WantedFromQuery, TakesATopicOnce) {
    EXPECT_THAT(wanted("/poll?topic=b&topic=a&topic=b&after=3,7").topics, ElementsAre("b", "a"));
    std::string copies = "/poll?topic=t";
    for (int i = 0; i < 300; ++i) copies += "&topic=t";
    EXPECT_THAT(wanted(copies).topics, ElementsAre("t"));
}

TEST(WantedFromQuery, LastEventIdStandsForAfter) {
    EXPECT_THAT(wanted("/events?after=3", "9").from.after, ElementsAre(9));
    EXPECT_NE(problem_of("/events?after=3", "x").find("Last-Event-ID 'x'"), std::string::npos);
    EXPECT_THAT(wanted("/events?after=3", "").from.after, ElementsAre(3))
        << "empty is as if it were not there";
}

TEST(WantedFromQuery, SaysWhatIsWrongAndWhatIsRight) {
    for (const char* after : {"", "x", "-1", "1x", "1.0", "1,", ",1", "1,2", "18446744073709551616", "-1",
                              "k3-", "K3-1", "k3-x", "k3_9-1", "k3x9a1b2k3x9a1b2k-1", "k3-1-2"}) {
        const std::string problem = problem_of("/poll?after=" + std::string{after});
        EXPECT_NE(problem.find("bad after '" + std::string{after} + "'"), std::string::npos) << problem;
        EXPECT_NE(problem.find("expected"), std::string::npos) << problem;
        EXPECT_EQ(problem.find('\n'), std::string::npos);
    }
    EXPECT_NE(problem_of("/poll?topic=").find("bad topic"), std::string::npos);
    std::string many = "/poll?";
    for (int i = 0; i < 9; ++i) many += "topic=t" + std::to_string(i) + "&";
    EXPECT_NE(problem_of(many).find("at most 8"), std::string::npos);
}

TEST(TopicNames, AreShortUtf8WithoutControlCharacters) {
    EXPECT_TRUE(is_topic_name("a"));
    EXPECT_TRUE(is_topic_name("tøpic \"1\""));
    EXPECT_TRUE(is_topic_name(std::string(128, 'x')));
    EXPECT_FALSE(is_topic_name(""));
    EXPECT_FALSE(is_topic_name(std::string(129, 'x')));
    EXPECT_FALSE(is_topic_name("a\n"));
    EXPECT_FALSE(is_topic_name("\x7f"));
    EXPECT_FALSE(is_topic_name("\xff"));
}

}  // namespace
}  // namespace pushbench
