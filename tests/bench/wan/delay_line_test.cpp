#include "bench/wan/delay_line.hpp"

#include <gtest/gtest.h>

#include <string>

#include "loadgen/measure/clock.hpp"

namespace pushbench::wan {
namespace {

using loadgen::ns_per_ms;

constexpr std::size_t kEnough = 1 << 20;

/// A line whose clock is told.
struct Timed {
    explicit Timed(const Way& way, std::size_t most_bytes = kEnough, std::int64_t opens_ns = 0)
        : line(way, most_bytes, opens_ns) {}

    /// All that leaves at that time.
    std::string at(std::int64_t now_ns) {
        line.release(now_ns, late);
        std::string left{line.ready()};
        line.sent(left.size());
        return left;
    }

    DelayLine line;
    Lateness late{0, ns_per_ms};
};

TEST(DelayLine, WhatComesLeavesTheDelayLaterInItsOrder) {
    Timed timed{{20 * ns_per_ms, 0}};
    timed.line.push("a", 1 * ns_per_ms);
    timed.line.push("bc", 4 * ns_per_ms);
    EXPECT_EQ(timed.line.next_ns(), 21 * ns_per_ms);
    EXPECT_EQ(timed.at(21 * ns_per_ms - 1), "");
    EXPECT_EQ(timed.at(21 * ns_per_ms), "a");
    EXPECT_EQ(timed.line.next_ns(), 24 * ns_per_ms);
    timed.line.push("d", 5 * ns_per_ms);
    EXPECT_EQ(timed.at(30 * ns_per_ms), "bcd");
    EXPECT_EQ(timed.line.next_ns(), DelayLine::kNever);
    EXPECT_EQ(timed.late.all().count(), 3U);
    EXPECT_EQ(timed.late.all().max_ns(), 6 * ns_per_ms) << "bc was due at 24 ms";
}

TEST(Lateness, IsCountedByTenthsOfASecondOfWhenThingsWereDue) {
    Lateness late{1000 * ns_per_ms, ns_per_ms / 2};
    late.record(1010 * ns_per_ms, 1010 * ns_per_ms + ns_per_ms / 2);
    late.record(1099 * ns_per_ms, 1103 * ns_per_ms);
    late.record(1250 * ns_per_ms, 1250 * ns_per_ms);
    ASSERT_EQ(late.slices().size(), 3U);
    EXPECT_EQ(late.slices()[0].pieces, 2U);
    EXPECT_EQ(late.slices()[0].late, 1U) << "the limit itself is not late";
    EXPECT_EQ(late.slices()[0].max_ns, 4 * ns_per_ms);
    EXPECT_EQ(late.slices()[1].pieces, 0U);
    EXPECT_EQ(late.slices()[2].late, 0U);
    EXPECT_EQ(late.all().count(), 3U);
    late.record(INT64_MAX / 2, INT64_MAX / 2);
    EXPECT_EQ(late.slices().size(), Lateness::kMostSlices) << "bounded, however long it runs";
}

TEST(DelayLine, WithoutADelayItLeavesAtOnce) {
    Timed timed{{}};
    timed.line.push("a", 7);
    EXPECT_EQ(timed.line.next_ns(), 7);
    EXPECT_EQ(timed.at(7), "a");
}

TEST(DelayLine, BeforeItOpensNothingHasCome) {
    Timed timed{{20 * ns_per_ms, 0}, kEnough, 40 * ns_per_ms};
    timed.line.push("hello", 0);
    timed.line.push("again", 39 * ns_per_ms);
    timed.line.push("later", 41 * ns_per_ms);
    EXPECT_EQ(timed.at(60 * ns_per_ms - 1), "");
    EXPECT_EQ(timed.at(60 * ns_per_ms), "helloagain");
    EXPECT_EQ(timed.at(61 * ns_per_ms), "later");
}

TEST(DelayLine, ARateMakesPiecesWaitForThoseBeforeThem) {
    // 1,000 bytes take a second.
    Timed timed{{20 * ns_per_ms, 1000}};
    timed.line.push(std::string(100, 'x'), 0);
    timed.line.push(std::string(50, 'y'), 10 * ns_per_ms);
    EXPECT_EQ(timed.line.next_ns(), 120 * ns_per_ms) << "its last byte is through after 100 ms";
    EXPECT_EQ(timed.at(120 * ns_per_ms).size(), 100U);
    EXPECT_EQ(timed.line.next_ns(), 170 * ns_per_ms);
    EXPECT_EQ(timed.at(170 * ns_per_ms).size(), 50U);
    // Time in which nothing came is not saved up.
    timed.line.push("z", 1000 * ns_per_ms);
    EXPECT_EQ(timed.line.next_ns(), 1021 * ns_per_ms);
}

TEST(DelayLine, AFullLineTakesNothingUntilSomethingHasLeft) {
    Timed timed{{20 * ns_per_ms, 0}, 8192};
    std::size_t taken = 0;
    while (timed.line.room() > 0) {
        const std::size_t bytes = std::min<std::size_t>(timed.line.room(), 1500);
        timed.line.push(std::string(bytes, 'x'), 0);
        taken += bytes;
    }
    EXPECT_LE(taken, 8192U);
    EXPECT_GT(taken, 8192U - 2048U);
    timed.line.release(20 * ns_per_ms, timed.late);
    EXPECT_EQ(timed.line.room(), 0U) << "due, but the receiver has not taken it";
    timed.line.sent(4096);
    EXPECT_GT(timed.line.room(), 4000U);
    timed.line.sent(taken - 4096);
    EXPECT_TRUE(timed.line.ready().empty());
}

TEST(DelayLine, SingleBytesCountForMoreThanTheyAre) {
    Timed timed{{20 * ns_per_ms, 0}, 8192};
    std::size_t pieces = 0;
    for (; timed.line.room() > 0; ++pieces) timed.line.push("x", 0);
    EXPECT_LT(pieces, 600U) << "else a peer could spend many times the bound";
}

TEST(DelayLine, TheEndComesADelayLaterAndBehindAllElse) {
    Timed timed{{20 * ns_per_ms, 1000}};
    timed.line.push(std::string(100, 'x'), 0);
    timed.line.end(Ending::finished, 1 * ns_per_ms);
    EXPECT_EQ(timed.at(119 * ns_per_ms), "");
    EXPECT_EQ(timed.line.ending(), Ending::none);
    timed.line.release(120 * ns_per_ms, timed.late);
    EXPECT_EQ(timed.line.ending(), Ending::none) << "the receiver has yet to take the bytes";
    timed.line.sent(100);
    EXPECT_EQ(timed.line.ending(), Ending::finished);
    EXPECT_EQ(timed.line.next_ns(), DelayLine::kNever);

    Timed empty{{20 * ns_per_ms, 0}};
    empty.line.end(Ending::reset, 5 * ns_per_ms);
    EXPECT_EQ(empty.line.next_ns(), 25 * ns_per_ms);
    EXPECT_EQ(empty.at(25 * ns_per_ms), "");
    EXPECT_EQ(empty.line.ending(), Ending::reset);
}

TEST(DelayLine, KeepsBytesWholeWhateverIsTakenOfThem) {
    Timed timed{{}};
    std::string pushed, left;
    for (int i = 0; i < 2000; ++i) {
        const std::string piece(static_cast<std::size_t>(i % 37 + 1), static_cast<char>('a' + i % 26));
        timed.line.push(piece, i);
        pushed += piece;
        timed.line.release(i, timed.late);
        const std::string_view some = timed.line.ready().substr(0, static_cast<std::size_t>(i % 23));
        left += some;
        timed.line.sent(some.size());
    }
    EXPECT_EQ(left + timed.at(2000), pushed);
}

}  // namespace
}  // namespace pushbench::wan
