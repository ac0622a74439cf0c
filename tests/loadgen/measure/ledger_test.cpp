#include "loadgen/measure/ledger.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

using Kind = Ledger::Kind;

TEST(Ledger, AllInOrder) {
    Ledger ledger;
    ledger.begin(10);
    for (std::uint64_t seq = 11; seq <= 500; ++seq) EXPECT_EQ(ledger.record(seq), Kind::fresh);
    EXPECT_EQ(ledger.head(), 500U);
    EXPECT_EQ(ledger.lost(500), 0U);
    EXPECT_EQ(ledger.lost(503), 3U);
}

TEST(Ledger, TheFirstSequenceBeginsAnUnbegunLedger) {
    Ledger ledger;
    EXPECT_FALSE(ledger.begun());
    EXPECT_EQ(ledger.record(42), Kind::fresh);
    EXPECT_EQ(ledger.lost(42), 0U);
}

TEST(Ledger, ALateOneIsReorderedAndNoLongerLost) {
    Ledger ledger;
    ledger.begin(0);
    ledger.record(1);
    ledger.record(3);
    EXPECT_EQ(ledger.lost(3), 1U);
    EXPECT_EQ(ledger.record(2), Kind::late);
    EXPECT_EQ(ledger.lost(3), 0U);
    EXPECT_EQ(ledger.record(2), Kind::repeat);
    EXPECT_EQ(ledger.record(3), Kind::repeat);
}

TEST(Ledger, WhatCameBeforeTheWindowDoesNotCount) {
    Ledger ledger;
    ledger.begin(100);
    EXPECT_EQ(ledger.record(100), Kind::before);
    EXPECT_EQ(ledger.record(7), Kind::before);
    EXPECT_EQ(ledger.lost(100), 0U);
}

TEST(Ledger, CountsEveryOneOfAKnownLoss) {
    Ledger ledger;
    ledger.begin(0);
    for (std::uint64_t seq = 1; seq <= 100'000; ++seq)
        if (seq % 1'000 != 0) ledger.record(seq);
    EXPECT_EQ(ledger.lost(100'000), 100U);
}

TEST(Ledger, FarBeyondWhatIsRemembered) {
    Ledger ledger;
    ledger.begin(0);
    ledger.record(1);
    ledger.record(200);  // 198 missing
    EXPECT_EQ(ledger.record(50), Kind::late);
    EXPECT_EQ(ledger.lost(200), 197U);
    Ledger whole;
    whole.begin(0);
    for (std::uint64_t seq = 1; seq <= 200; ++seq) whole.record(seq);
    EXPECT_EQ(whole.record(50), Kind::repeat);
}

TEST(Ledger, ExpectsWhatLiesBetweenItsStartAndTheEnd) {
    Ledger ledger;
    ledger.begin(100);
    EXPECT_EQ(ledger.expected(100), 0U);
    EXPECT_EQ(ledger.expected(90), 0U);
    ledger.record(110);
    EXPECT_EQ(ledger.expected(120), 20U);
}

TEST(Ledger, BeginningAgainForgets) {
    Ledger ledger;
    ledger.begin(0);
    ledger.record(5);
    ledger.begin(5);
    EXPECT_EQ(ledger.lost(5), 0U);
    EXPECT_EQ(ledger.record(6), Kind::fresh);
}

}  // namespace
}  // namespace pushbench::loadgen
