#include "notify/log.hpp"

#include <gtest/gtest.h>

namespace pushbench {
namespace {

EntryPtr entry(std::uint64_t seq) {
    return std::make_shared<const Entry>(seq, std::to_string(seq));
}

TEST(Log, IsEmptyAtFirst) {
    const Log log{{4}};
    EXPECT_EQ(log.head(), 0U);
    EXPECT_EQ(log.first(), 1U);
}

TEST(Log, KeepsTheLastOnesOnly) {
    for (const std::size_t history : {1U, 2U, 3U, 7U}) {
        Log log{{history}};
        for (std::uint64_t seq = 1; seq <= 25; ++seq) {
            log.append(entry(seq));
            EXPECT_EQ(log.head(), seq);
            EXPECT_EQ(log.first(), seq < history ? 1 : seq - history + 1);
            for (std::uint64_t held = log.first(); held <= log.head(); ++held)
                EXPECT_EQ(log.at(held)->frame(nullptr), std::to_string(held));
        }
    }
}

TEST(Log, OfNoHistoryKeepsOne) {
    Log log{{0}};
    log.append(entry(1));
    log.append(entry(2));
    EXPECT_EQ(log.first(), 2U);
    EXPECT_EQ(log.at(2)->seq(), 2U);
}

TEST(Log, LetsGoOfWhatItNoLongerHolds) {
    Log log{{2}};
    const auto first = entry(1);
    log.append(first);
    EXPECT_EQ(first.use_count(), 2);
    log.append(entry(2));
    log.append(entry(3));
    EXPECT_EQ(first.use_count(), 1);
}

TEST(Log, KeepsNoMoreBytesThanItMayButTheNewest) {
    const std::size_t each = entry(1)->held_bytes();
    Log log{{100, 3 * each}};
    for (std::uint64_t seq = 1; seq <= 9; ++seq) log.append(entry(seq));
    EXPECT_EQ(log.first(), 7U);
    EXPECT_EQ(log.held_bytes(), 3 * each);
    log.append(std::make_shared<const Entry>(10, std::string(10 * each, 'x')));
    EXPECT_EQ(log.first(), 10U) << "alone, and over the limit";
    log.append(entry(11));
    EXPECT_EQ(log.first(), 11U);
    EXPECT_EQ(log.at(11)->frame(nullptr), "11");
    EXPECT_EQ(log.held_bytes(), entry(11)->held_bytes());
}

TEST(Log, GoesOnBehindABase) {
    Log log{{3}, 40};
    EXPECT_EQ(log.head(), 40U);
    EXPECT_EQ(log.first(), 41U);
    EXPECT_TRUE(log.empty());
    for (std::uint64_t seq = 41; seq <= 45; ++seq) log.append(entry(seq));
    EXPECT_EQ(log.first(), 43U);
    for (std::uint64_t seq = 43; seq <= 45; ++seq)
        EXPECT_EQ(log.at(seq)->frame(nullptr), std::to_string(seq));
    log.restart(100);
    EXPECT_EQ(log.first(), 101U);
    EXPECT_EQ(log.held_bytes(), 0U);
    log.append(entry(101));
    EXPECT_EQ(log.at(101)->frame(nullptr), "101");
}

}  // namespace
}  // namespace pushbench
