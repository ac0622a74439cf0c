#include "loadgen/command/parse.hpp"

#include <gmock/gmock.h>

namespace pushbench::loadgen {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Parse, Durations) {
    EXPECT_EQ(parse_duration("10s"), 10s);
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("1m"), 1min);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_duration("500us"), 500us);
    EXPECT_EQ(parse_duration("0s"), 0s);
    for (const char* wrong : {"", "10", "s", "-1s", "10 s", "10sec", "1e3s", "nans", "infs", "99999999999h"})
        EXPECT_FALSE(parse_duration(wrong)) << wrong;
}

TEST(Parse, CpuLists) {
    EXPECT_THAT(parse_cpus("1"), ElementsAre(1));
    EXPECT_THAT(parse_cpus("4,0-2,1"), ElementsAre(0, 1, 2, 4));
    for (const char* wrong : {"", "a", "1,", "2-1", "-1", "1;2", "99999"})
        EXPECT_THAT(parse_cpus(wrong), IsEmpty()) << wrong;
}

}  // namespace
}  // namespace pushbench::loadgen
