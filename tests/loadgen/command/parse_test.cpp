#include "loadgen/command/parse.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

using namespace std::chrono_literals;

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

}  // namespace
}  // namespace pushbench::loadgen
