#include "notify/cursor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "servers/life.hpp"

namespace pushbench {
namespace {

using ::testing::ElementsAre;

TEST(Epoch, IsAnotherEachTime) {
    std::set<std::string> drawn;
    for (int i = 0; i < 100; ++i) drawn.insert(Epoch::draw().text());
    EXPECT_EQ(drawn.size(), 100U);
    for (const std::string& text : drawn) EXPECT_TRUE(Epoch::parse(text)) << text;
}

TEST(Epoch, IsShortAndPlain) {
    EXPECT_TRUE(Epoch::parse("a"));
    EXPECT_TRUE(Epoch::parse("0123456789abcdef"));
    for (const char* text : {"", "0123456789abcdefg", "A", "a-b", "a b", "\xc3\xa4"})
        EXPECT_FALSE(Epoch::parse(text)) << text;
}

TEST(Cursor, IsWrittenAndReadBack) {
    std::string text;
    append_cursor(text, kLife, UINT64_MAX);
    EXPECT_EQ(text, "life-18446744073709551615");
    const auto read = parse_cursor(text);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->epoch, kLife);
    EXPECT_THAT(read->after, ElementsAre(UINT64_MAX));
}

TEST(Cursor, MayBeBareAndOfSeveralTopics) {
    EXPECT_THAT(parse_cursor("17")->after, ElementsAre(17));
    EXPECT_FALSE(parse_cursor("17")->epoch);
    EXPECT_THAT(parse_cursor("3,7,0")->after, ElementsAre(3, 7, 0));
    EXPECT_THAT(parse_cursor("life-3,7")->after, ElementsAre(3, 7));
}

TEST(Cursor, OfAnyOtherFormIsNone) {
    for (const char* text : {"", "-", "x", "-1", "life-", "life-x", "life", "Life-1", "life--1", "1,", ",1",
                             "1-2-3", "18446744073709551616", "life-1 ", " 1", "1.5", "+1"})
        EXPECT_FALSE(parse_cursor(text)) << text;
}

}  // namespace
}  // namespace pushbench
