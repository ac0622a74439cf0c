#include "loadgen/measure/format.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

TEST(Format, SaysThreeDigitsThatCount) {
    EXPECT_EQ(format_us(0.312), "312 ns");
    EXPECT_EQ(format_us(1270), "1.27 ms");
    EXPECT_EQ(format_us(2'300'000), "2.30 s");
    EXPECT_EQ(format_bytes(512), "512 B");
    EXPECT_EQ(format_bytes(8909), "8.70 KiB");
    EXPECT_EQ(format_count(500'000), "500,000");
    EXPECT_EQ(format_count(-1234), "-1,234");
    EXPECT_EQ(format_count(12), "12");
}

TEST(Format, WordsOfAPeerAreFitForATerminal) {
    EXPECT_EQ(printable("404 Not Found"), "404 Not Found");
    EXPECT_EQ(printable("200 \x1b[2J\r\nX\x7f"), "200 .[2J..X.");
    EXPECT_EQ(printable("caf\xc3\xa9 \xe2\x82\xac"), "caf\xc3\xa9 \xe2\x82\xac");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "..31m");
    const std::string longer = printable("begin " + std::string(70'000, 'x') + "; expected a server");
    EXPECT_LE(longer.size(), 610U);
    EXPECT_TRUE(longer.starts_with("begin ") && longer.ends_with("x; expected a server"));
}

TEST(Format, CpusAsRanges) {
    EXPECT_EQ(format_cpus({}), "");
    EXPECT_EQ(format_cpus({3}), "3");
    EXPECT_EQ(format_cpus({0, 1, 2, 5, 7, 8}), "0-2,5,7-8");
}

}  // namespace
}  // namespace pushbench::loadgen
