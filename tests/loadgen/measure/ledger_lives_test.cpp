// A place in the crowd whose subscribers come and go.
#include <gtest/gtest.h>

#include "loadgen/measure/ledger.hpp"

namespace pushbench::loadgen {
namespace {

TEST(LedgerOfAPlace, KeepsWhatWasMissedBeforeTheSubscriberLeft) {
    Ledger ledger;
    ledger.begin(0);
    for (const std::uint64_t seq : {1U, 2U, 5U}) ledger.record(seq, static_cast<std::int64_t>(seq), 0);
    ledger.leave();
    EXPECT_FALSE(ledger.begun());
    EXPECT_EQ(ledger.expected(100), 5U);
    EXPECT_EQ(ledger.lost(100), 2U);
}

TEST(LedgerOfAPlace, PromisesTheNextOneNothingBeforeItsFirst) {
    Ledger ledger;
    ledger.begin(0);
    for (std::uint64_t seq = 1; seq <= 5; ++seq) ledger.record(seq, static_cast<std::int64_t>(seq), 0);
    ledger.leave();
    for (const std::uint64_t seq : {21U, 22U, 24U})
        EXPECT_EQ(ledger.record(seq, static_cast<std::int64_t>(seq), 0), Ledger::Kind::fresh);
    EXPECT_EQ(ledger.expected(25), 5U + 5U);  // 1 to 5, and 21 to 25
    EXPECT_EQ(ledger.lost(25), 2U);           // 23 and 25
}

TEST(LedgerOfAPlace, BeginsWhereTheServerSaysWithoutForgetting) {
    Ledger ledger;
    ledger.begin(0);
    ledger.record(2, 2, 0);
    ledger.leave();
    ledger.join(10);
    EXPECT_TRUE(ledger.begun());
    EXPECT_EQ(ledger.expected(12), 2U + 2U);
    EXPECT_EQ(ledger.lost(12), 1U + 2U);
}

TEST(LedgerOfAPlace, MayBeLeftTwiceWithoutAWord) {
    Ledger ledger;
    ledger.begin(3);
    ledger.leave();
    ledger.leave();
    EXPECT_EQ(ledger.expected(9), 0U);
    EXPECT_EQ(ledger.lost(9), 0U);
}

}  // namespace
}  // namespace pushbench::loadgen
