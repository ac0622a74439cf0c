// The small readers: lists of CPUs, durations and UTF-8.
#include <gmock/gmock.h>

#include "notify/cpu_list.hpp"
#include "notify/duration.hpp"
#include "notify/utf8.hpp"

namespace pushbench {
namespace {

TEST(CpuList, TakesNumbersAndRangesInTheirOrder) {
    EXPECT_THAT(parse_cpu_list("1"), testing::ElementsAre(1));
    EXPECT_THAT(parse_cpu_list("0-2"), testing::ElementsAre(0, 1, 2));
    EXPECT_THAT(parse_cpu_list("4,0-2,1"), testing::ElementsAre(4, 0, 1, 2)) << "thread i has the i-th";
    for (const char* wrong : {"", "a", "1,", ",1", "2-1", "-1", "1-", "1;2", "0-1-2", "1 ", "1024", "99999"})
        EXPECT_THAT(parse_cpu_list(wrong), testing::IsEmpty()) << wrong;
}

TEST(Duration, TakesNumberAndUnit) {
    EXPECT_EQ(parse_duration_ns("250ms"), 250'000'000);
    EXPECT_EQ(parse_duration_ns("15s"), 15'000'000'000);
    EXPECT_EQ(parse_duration_ns("1.5m"), 90'000'000'000);
    EXPECT_EQ(parse_duration_ns("2h"), 7'200'000'000'000);
    EXPECT_EQ(parse_duration_ns("0"), 0);
    EXPECT_EQ(parse_duration_ns("0s"), 0);
    EXPECT_EQ(parse_duration_ns("0.0001ms"), 100);
    EXPECT_EQ(parse_duration_ns("1000h"), 3'600'000'000'000'000);
}

TEST(Duration, RefusesEverythingElse) {
    for (const char* text : {"",     "s",   "5",    "-1s",   "-0",
                             "1e3s", "inf", "infs", "nan",   "nans",
                             "1 s",  " 1s", "1s ",  "1001h", "99999999999999999999999h",
                             "0x1s", "+1s", "1S",   "1ns",   "1d",
                             "1s1s"})
        EXPECT_EQ(parse_duration_ns(text), std::nullopt) << text;
}

TEST(Utf8, TakesTheEdgesOfEachLength) {
    for (const char* text :
         {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
          "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "ünïcödé ☃ 🎉"})
        EXPECT_TRUE(is_utf8(text)) << text;
    EXPECT_TRUE(is_utf8({"\0", 1}));
}

TEST(Utf8, RefusesOverlongSurrogatesAndFragments) {
    for (const char* text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe0\xa0",
          "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xff", "\xfe", "a\xe2\x82", "\xe2\x82\x41"})
        EXPECT_FALSE(is_utf8(text));
}

TEST(Utf8, SaysNoAtTheFirstByteThatCannotBeMadeRight) {
    const auto taken = [](std::string_view text) {
        Utf8Check check;
        std::size_t bytes = 0;
        while (bytes < text.size() && check.feed(text.substr(bytes, 1))) ++bytes;
        return bytes;
    };
    EXPECT_EQ(taken("abcdefghijk\xff"), 11U);
    EXPECT_EQ(taken("\xed\xa0\x80"), 1U) << "a surrogate is none from its second byte on";
    EXPECT_EQ(taken("\xf4\x90\x80\x80"), 1U);
    EXPECT_EQ(taken("\xe2\x98\x83"), 3U);
}

TEST(Utf8, TakesACharacterInPieces) {
    Utf8Check check;
    EXPECT_TRUE(check.feed("snow \xe2"));
    EXPECT_FALSE(check.may_end());
    EXPECT_TRUE(check.feed("\x98"));
    EXPECT_TRUE(check.feed("\x83"));
    EXPECT_TRUE(check.may_end());
}

}  // namespace
}  // namespace pushbench
