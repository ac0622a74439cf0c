#include "loadgen/trial/untaken.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

constexpr Place alone;

TEST(Untaken, IsNotExpectedOfWhoListensToThatTopic) {
    const auto none = untaken_since({0, 0}, {0, 0});
    EXPECT_EQ(notifications_in(none), 0);
    EXPECT_EQ(deliveries_in(none, 5, alone), 0);
    // Of five clients three listen to the first topic, two to the second.
    const auto some = untaken_since({1, 0}, {2, 3});
    EXPECT_EQ(notifications_in(some), 4);
    EXPECT_EQ(deliveries_in(some, 5, alone), 1 * 3 + 3 * 2);
}

TEST(Untaken, IsSharedAsTheClientsAre) {
    const auto some = untaken_since({1, 0}, {2, 3});
    // Of seven clients the first of three ranks has 0, 3 and 6, the second 1 and 4, the third 2 and 5.
    EXPECT_EQ(deliveries_in(some, 3, {0, 3, 0, 0}), 1 + 3 + 1);
    EXPECT_EQ(deliveries_in(some, 2, {1, 3, 0, 0}), 3 + 1);
    EXPECT_EQ(deliveries_in(some, 2, {2, 3, 0, 0}), 1 + 3);
    EXPECT_EQ(deliveries_in(some, 7, alone), 5 + 4 + 4);
}

TEST(Untaken, WhatWasTakenAtLastAddsNothing) {
    const auto fewer = untaken_since({2}, {1});
    EXPECT_EQ(notifications_in(fewer), 0);
    EXPECT_EQ(deliveries_in(fewer, 10, alone), 0);
}

}  // namespace
}  // namespace pushbench::loadgen
