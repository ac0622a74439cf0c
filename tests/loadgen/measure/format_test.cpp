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

TEST(Format, CpusAsRanges) {
    EXPECT_EQ(format_cpus({}), "");
    EXPECT_EQ(format_cpus({3}), "3");
    EXPECT_EQ(format_cpus({0, 1, 2, 5, 7, 8}), "0-2,5,7-8");
}

}  // namespace
}  // namespace pushbench::loadgen
