#include "loadgen/trial/untaken.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

TEST(Untaken, IsNotExpectedOfWhoListensToThatTopic) {
    const Untaken none = untaken_since({0, 0}, {0, 0}, 5);
    EXPECT_EQ(none.notifications, 0);
    EXPECT_EQ(none.deliveries, 0);
    // Of five clients three listen to the first topic, two to the second.
    const Untaken some = untaken_since({1, 0}, {2, 3}, 5);
    EXPECT_EQ(some.notifications, 4);
    EXPECT_EQ(some.deliveries, 1 * 3 + 3 * 2);
}

TEST(Untaken, WhatWasTakenAtLastAddsNothing) {
    const Untaken fewer = untaken_since({2}, {1}, 10);
    EXPECT_EQ(fewer.notifications, 0);
    EXPECT_EQ(fewer.deliveries, 0);
}

}  // namespace
}  // namespace pushbench::loadgen
