#include "loadgen/publish/numbering.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

TEST(Numbering, GoesOnFromOneWithoutHoles) {
    Numbering numbers;
    EXPECT_EQ(numbers.head(), 0U);
    for (std::uint64_t expected = 1; expected != 4; ++expected) {
        EXPECT_EQ(numbers.next(), expected);
        numbers.taken(expected);
    }
    EXPECT_EQ(numbers.head(), 3U);
    EXPECT_EQ(numbers.untaken(), 0U);
}

TEST(Numbering, WhatWasRefusedIsUsedAgain) {
    Numbering numbers;
    numbers.taken(numbers.next());
    numbers.refused(numbers.next());
    EXPECT_EQ(numbers.head(), 1U);
    EXPECT_EQ(numbers.untaken(), 0U);
    EXPECT_EQ(numbers.next(), 2U);
    numbers.taken(2);
    EXPECT_EQ(numbers.head(), 2U);
}

TEST(Numbering, OneThatWasOvertakenIsNotExpectedUnlessItIsUsedAgain) {
    Numbering numbers;
    const auto first = numbers.next();
    const auto second = numbers.next();
    numbers.taken(second);
    numbers.refused(first);
    EXPECT_EQ(numbers.head(), 2U);
    EXPECT_EQ(numbers.untaken(), 1U);
    EXPECT_EQ(numbers.next(), first);
    numbers.taken(first);
    EXPECT_EQ(numbers.untaken(), 0U);
    EXPECT_EQ(numbers.next(), 3U);
}

TEST(Numbering, OneWithoutAnAnswerIsNeitherExpectedNorUsedAgain) {
    Numbering numbers;
    numbers.unanswered(numbers.next());
    EXPECT_EQ(numbers.head(), 0U);
    EXPECT_EQ(numbers.next(), 2U);
    numbers.taken(2);
    EXPECT_EQ(numbers.head(), 2U);
    EXPECT_EQ(numbers.untaken(), 1U);
}

}  // namespace
}  // namespace pushbench::loadgen
