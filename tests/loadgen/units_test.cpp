#include "loadgen/units.hpp"

#include <gmock/gmock.h>

namespace pushbench::loadgen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Units, Durations) {
    EXPECT_EQ(parse_duration("10s"), 10s);
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("1m"), 1min);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_duration("500us"), 500us);
    EXPECT_EQ(parse_duration("0s"), 0s);
    for (const char* wrong : {"", "10", "s", "-1s", "10 s", "10sec", "1e3s", "nans", "infs", "99999999999h"})
        EXPECT_FALSE(parse_duration(wrong)) << wrong;
}

TEST(Units, CpuLists) {
    EXPECT_THAT(parse_cpus("1"), ElementsAre(1));
    EXPECT_THAT(parse_cpus("4,0-2,1"), ElementsAre(0, 1, 2, 4));
    for (const char* wrong : {"", "a", "1,", "2-1", "-1", "1;2", "99999"})
        EXPECT_THAT(parse_cpus(wrong), IsEmpty()) << wrong;
}

TEST(Units, PercentEncoding) {
    EXPECT_EQ(percent_encoded("a-B_9.~ /ü&"), "a-B_9.~%20%2F%C3%BC%26");
}

TEST(Units, Formats) {
    EXPECT_EQ(format_us(0.312), "312 ns");
    EXPECT_EQ(format_us(1270), "1.27 ms");
    EXPECT_EQ(format_us(2'300'000), "2.30 s");
    EXPECT_EQ(format_bytes(512), "512 B");
    EXPECT_EQ(format_bytes(8909), "8.70 KiB");
    EXPECT_EQ(format_count(500'000), "500,000");
    EXPECT_EQ(format_count(-1234), "-1,234");
    EXPECT_EQ(format_count(12), "12");
}

}  // namespace
}  // namespace pushbench::loadgen
