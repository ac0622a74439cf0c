#include "notify/log.hpp"

#include <gtest/gtest.h>

namespace pushbench {
namespace {

EntryPtr entry(std::uint64_t seq) {
    return std::make_shared<const Entry>(Entry{seq, std::to_string(seq)});
}

TEST(Log, IsEmptyAtFirst) {
    const Log log{4};
    EXPECT_EQ(log.head(), 0U);
    EXPECT_EQ(log.first(), 1U);
}

TEST(Log, KeepsTheLastOnesOnly) {
    for (const std::size_t history : {1U, 2U, 3U, 7U}) {
        Log log{history};
        for (std::uint64_t seq = 1; seq <= 25; ++seq) {
            log.append(entry(seq));
            EXPECT_EQ(log.head(), seq);
            EXPECT_EQ(log.first(), seq < history ? 1 : seq - history + 1);
            for (std::uint64_t held = log.first(); held <= log.head(); ++held)
                EXPECT_EQ(log.at(held)->frame, std::to_string(held));
        }
    }
}

TEST(Log, OfNoHistoryKeepsOne) {
    Log log{0};
    log.append(entry(1));
    log.append(entry(2));
    EXPECT_EQ(log.first(), 2U);
    EXPECT_EQ(log.at(2)->seq, 2U);
}

TEST(Log, LetsGoOfWhatItNoLongerHolds) {
    Log log{2};
    const auto first = entry(1);
    log.append(first);
    EXPECT_EQ(first.use_count(), 2);
    log.append(entry(2));
    log.append(entry(3));
    EXPECT_EQ(first.use_count(), 1);
}

}  // namespace
}  // namespace pushbench
