#include "loadgen/measure/ledger.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

using Kind = Ledger::Kind;

/// A sequence of one life, each number sent a microsecond after the one before.
struct Life {
    Kind record(std::uint64_t seq) { return ledger.record(seq, static_cast<std::int64_t>(seq) * 1'000, 0); }
    /// How many of `from` to `to` were of that kind.
    int record(std::uint64_t from, std::uint64_t to, Kind kind) {
        int count = 0;
        for (std::uint64_t seq = from; seq <= to; ++seq) count += record(seq) == kind ? 1 : 0;
        return count;
    }

    Ledger ledger;
};

TEST(Ledger, IsSmallWhereNothingIsMissing) {
    EXPECT_LE(sizeof(Ledger), 32U);
}

TEST(Ledger, AllInOrder) {
    Life life;
    life.ledger.begin(10);
    EXPECT_EQ(life.record(11, 500, Kind::fresh), 490);
    EXPECT_EQ(life.ledger.head(), 500U);
    EXPECT_EQ(life.ledger.lost(500), 0U);
    EXPECT_EQ(life.ledger.lost(503), 3U);
}

TEST(Ledger, TheFirstSequenceBeginsAnUnbegunLedger) {
    Life life;
    EXPECT_FALSE(life.ledger.begun());
    EXPECT_EQ(life.record(42), Kind::fresh);
    EXPECT_EQ(life.ledger.lost(42), 0U);
}

TEST(Ledger, ALateOneIsReorderedAndNoLongerLost) {
    Life life;
    life.ledger.begin(0);
    life.record(1);
    life.record(3);
    EXPECT_EQ(life.ledger.lost(3), 1U);
    EXPECT_EQ(life.record(2), Kind::late);
    EXPECT_EQ(life.ledger.lost(3), 0U);
    EXPECT_EQ(life.record(2), Kind::repeat);
    EXPECT_EQ(life.record(3), Kind::repeat);
}

// A server that lost five, and after a reconnect replays others that had come: the loss stays.
TEST(Ledger, AReplayHidesNoLoss) {
    for (const std::uint64_t head : {60, 200, 100'000}) {
        Life life;
        life.ledger.begin(0);
        life.record(1, 10, Kind::fresh);
        life.record(16, head, Kind::fresh);
        EXPECT_EQ(life.ledger.lost(head), 5U);
        EXPECT_EQ(life.record(20, 25, Kind::repeat), 6);
        EXPECT_EQ(life.ledger.lost(head), 5U);
        EXPECT_EQ(life.record(9, 17, Kind::late), 5) << "what was missing after all, among what was not";
        EXPECT_EQ(life.ledger.lost(head), 0U);
    }
}

TEST(Ledger, FillsAHoleFromAnywhere) {
    Life life;
    life.ledger.begin(0);
    life.record(1);
    life.record(10);  // 2 to 9 missing
    std::uint64_t left = 8;
    for (const std::uint64_t seq : {5, 2, 9, 4, 6, 3, 7, 8}) {
        EXPECT_EQ(life.record(seq), Kind::late) << seq;
        EXPECT_EQ(life.record(seq), Kind::repeat) << seq;
        EXPECT_EQ(life.ledger.lost(10), --left) << seq;
    }
}

TEST(Ledger, WhatCameBeforeTheWindowDoesNotCount) {
    Life life;
    life.ledger.begin(100);
    EXPECT_EQ(life.record(101), Kind::fresh);
    EXPECT_EQ(life.record(100), Kind::before);
    EXPECT_EQ(life.record(7), Kind::before);
    EXPECT_EQ(life.ledger.lost(101), 0U);
}

// The heads were read while the last of a warm-up were still on their way to this subscriber.
TEST(Ledger, WhoLagsWhenCountingBeginsLosesNothing) {
    Life life;
    life.record(1, 98, Kind::fresh);
    life.ledger.begin(100);
    EXPECT_EQ(life.ledger.head(), 100U);
    EXPECT_EQ(life.record(99), Kind::before);
    EXPECT_EQ(life.record(101), Kind::fresh) << "100 is lost, but not of this window";
    EXPECT_EQ(life.ledger.lost(101), 0U);
    EXPECT_EQ(life.record(100), Kind::before);
    EXPECT_EQ(life.record(103), Kind::fresh);
    EXPECT_EQ(life.ledger.lost(103), 1U);
    EXPECT_EQ(life.ledger.expected(103), 3U);
}

// The start was told by the server, which then sends what it still holds from before.
TEST(Ledger, HistoryBeforeTheStartIsNoOtherLife) {
    Life life;
    life.ledger.begin(100);
    EXPECT_EQ(life.record(90, 95, Kind::before), 6);
    EXPECT_EQ(life.record(101, 110, Kind::fresh), 10);
    EXPECT_EQ(life.ledger.lost(110), 0U);
    EXPECT_EQ(life.ledger.expected(110), 10U);
}

TEST(Ledger, CountsEveryOneOfAKnownLoss) {
    Life life;
    life.ledger.begin(0);
    for (std::uint64_t seq = 1; seq <= 100'000; ++seq)
        if (seq % 1'000 != 0) life.record(seq);
    EXPECT_EQ(life.ledger.lost(100'000), 100U);
}

TEST(Ledger, WithMoreHolesThanItKnowsALossIsStillOne) {
    Life life;
    life.ledger.begin(0);
    const std::uint64_t end = 4 * Ledger::most_holes;
    for (std::uint64_t seq = 2; seq <= end; seq += 2) life.record(seq);
    EXPECT_EQ(life.ledger.lost(end), end / 2);
    EXPECT_EQ(life.record(1), Kind::repeat) << "too long ago to be told from one";
    EXPECT_EQ(life.record(end - 1), Kind::late);
    EXPECT_EQ(life.ledger.lost(end), end / 2 - 1);
}

TEST(Ledger, ExpectsWhatLiesBetweenItsStartAndTheEnd) {
    Life life;
    life.ledger.begin(100);
    EXPECT_EQ(life.ledger.expected(100), 0U);
    EXPECT_EQ(life.ledger.expected(90), 0U);
    life.record(110);
    EXPECT_EQ(life.ledger.expected(120), 20U);
}

TEST(Ledger, BeginningAgainForgets) {
    Life life;
    life.ledger.begin(0);
    life.record(5);
    life.ledger.begin(5);
    EXPECT_EQ(life.ledger.lost(5), 0U);
    EXPECT_EQ(life.record(6), Kind::fresh);
}

// ---- lives

// 1 to 100, then a restarted server begins again.
TEST(Ledger, ANumberThatCameBeforeAndWasSentLaterIsAnotherLife) {
    Ledger ledger;
    ledger.begin(0);
    for (std::uint64_t seq = 1; seq <= 100; ++seq) ledger.record(seq, static_cast<std::int64_t>(seq), 0);
    EXPECT_EQ(ledger.record(1, 200, 0), Kind::restart);
    for (std::uint64_t seq = 2; seq <= 50; ++seq)
        EXPECT_EQ(ledger.record(seq, 200 + static_cast<std::int64_t>(seq), 0), Kind::fresh);
    EXPECT_EQ(ledger.head(), 50U);
    EXPECT_EQ(ledger.expected(50), 150U);
    EXPECT_EQ(ledger.lost(50), 0U);
}

TEST(Ledger, LossIsSummedOverLives) {
    Ledger ledger;
    ledger.begin(10);
    ledger.record(11, 1, 0);
    ledger.record(15, 2, 0);                           // 12, 13, 14 lost
    EXPECT_EQ(ledger.record(3, 9, 0), Kind::restart);  // 1 and 2 of the new life were missed
    EXPECT_EQ(ledger.record(2, 8, 0), Kind::late);
    EXPECT_EQ(ledger.record(5, 11, 0), Kind::fresh);
    EXPECT_EQ(ledger.expected(6), 5U + 6U);
    EXPECT_EQ(ledger.lost(6), 3U + 3U) << "12 to 14 of the first life; 1, 4 and 6 of the second";
}

TEST(Ledger, AnotherEpochIsAnotherLifeWhateverTheNumbers) {
    Ledger ledger;
    ledger.begin(0);
    ledger.record(1, 5, 77);
    EXPECT_EQ(ledger.record(2, 1, 78), Kind::restart);
    EXPECT_EQ(ledger.record(2, 9, 78), Kind::repeat) << "of one epoch the time tells nothing";
    EXPECT_EQ(ledger.record(3, 9, 78), Kind::fresh);
    EXPECT_EQ(ledger.lost(3), 1U);
    EXPECT_EQ(ledger.expected(3), 4U);
}

// A publisher with several connections: of two numbers the higher may have been sent first.
TEST(Ledger, WhatComesLateButWasSentLaterIsNoOtherLife) {
    Ledger ledger;
    ledger.begin(0);
    ledger.record(1, 10, 0);
    ledger.record(3, 20, 0);
    EXPECT_EQ(ledger.record(2, 21, 0), Kind::late);
    EXPECT_EQ(ledger.record(2, 21, 0), Kind::repeat);
    EXPECT_EQ(ledger.record(3, 20, 0), Kind::repeat);
    EXPECT_EQ(ledger.lost(3), 0U);
}

TEST(Ledger, BeginningAgainForgetsEarlierLives) {
    Ledger ledger;
    ledger.begin(0);
    ledger.record(7, 10, 0);
    ASSERT_EQ(ledger.record(1, 20, 0), Kind::late);
    ASSERT_EQ(ledger.record(1, 30, 0), Kind::restart);
    ledger.begin(1);
    EXPECT_EQ(ledger.expected(1), 0U);
    EXPECT_EQ(ledger.lost(1), 0U);
    EXPECT_EQ(ledger.record(1, 30, 0), Kind::before);
    EXPECT_EQ(ledger.record(2, 31, 0), Kind::fresh);
}

}  // namespace
}  // namespace pushbench::loadgen
