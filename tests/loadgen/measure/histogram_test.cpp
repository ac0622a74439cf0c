#include "loadgen/measure/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace pushbench::loadgen {
namespace {

TEST(Histogram, EveryValueLiesInItsSlotWithThreeDigits) {
    for (double value = 1'000; value < 1e11; value *= 1.0137) {
        const auto ns = static_cast<std::int64_t>(value);
        const std::size_t slot = Histogram::slot_of(ns);
        ASSERT_LT(slot, Histogram::slot_count);
        ASSERT_GE(Histogram::highest_in(slot), ns);
        if (slot > 0) {
            ASSERT_LT(Histogram::highest_in(slot - 1), ns);
        }
        const auto error = static_cast<double>(Histogram::highest_in(slot) - ns);
        ASSERT_LE(error, std::max(1024.0, value / 1000)) << value;
    }
}

TEST(Histogram, TheLastSlotEndsWhereOverflowBegins) {
    EXPECT_EQ(Histogram::highest_in(Histogram::slot_count - 1), Histogram::limit_ns - 1);
    EXPECT_EQ(Histogram::slot_of(Histogram::limit_ns - 1), Histogram::slot_count - 1);
    EXPECT_GT(Histogram::limit_ns, std::int64_t{60} * 1'000'000'000);
}

TEST(Histogram, PercentilesOfEvenlySpreadValues) {
    Histogram h;
    for (int us = 1; us <= 100'000; ++us) h.record(us * std::int64_t{1'000});
    EXPECT_NEAR(static_cast<double>(*h.percentile_ns(0.5)), 50e6, 50e3);
    EXPECT_NEAR(static_cast<double>(*h.percentile_ns(0.99)), 99e6, 99e3);
    EXPECT_NEAR(static_cast<double>(*h.percentile_ns(0.999)), 99.9e6, 99.9e3);
    EXPECT_EQ(h.max_ns(), 100'000'000);
    EXPECT_EQ(h.min_ns(), 1'000);
    EXPECT_DOUBLE_EQ(h.mean_ns(), 50'000'500.0);
    EXPECT_NEAR(h.deviation_ns(), 1e8 / std::sqrt(12.0), 1e5);
}

TEST(Histogram, LeavesOutPercentilesWithFewerThanTenSamplesBeyond) {
    Histogram h;
    for (int i = 0; i != 999; ++i) h.record(5'000);
    EXPECT_FALSE(h.percentile_ns(0.99));
    h.record(5'000);
    EXPECT_TRUE(h.percentile_ns(0.99));
    EXPECT_FALSE(h.percentile_ns(0.999));
}

// 24 notifications to 1,000 clients, one of them late: of 24,000 samples many lie beyond, and it is one
// event.
TEST(Histogram, LeavesOutPercentilesWithFewerThanTenEventsBeyond) {
    Histogram h;
    for (int event = 0; event != 24; ++event) h.record(event == 7 ? 900'000'000 : 1'000'000, 1'000);
    EXPECT_EQ(h.count(), 24'000U);
    EXPECT_TRUE(h.percentile_ns(0.999)) << "where samples are all there is to go by";
    EXPECT_TRUE(h.percentile_ns(0.5, 24));
    EXPECT_FALSE(h.percentile_ns(0.9, 24));
    EXPECT_FALSE(h.percentile_ns(0.99, 999));
    EXPECT_TRUE(h.percentile_ns(0.99, 1'000));
    EXPECT_FALSE(h.percentile_ns(0.9999, 1'000'000)) << "nor can more events than samples help";
}

TEST(Histogram, RecordsManyAtOnceAndClears) {
    Histogram one_by_one;
    Histogram at_once;
    for (const std::int64_t value : {-5, 7'000, 9'000'000})
        for (int i = 0; i != 3; ++i) one_by_one.record(value);
    for (const std::int64_t value : {-5, 7'000, 9'000'000}) at_once.record(value, 3);
    EXPECT_EQ(at_once.buckets(), one_by_one.buckets());
    EXPECT_EQ(at_once.negative(), 3U);
    EXPECT_DOUBLE_EQ(at_once.mean_ns(), one_by_one.mean_ns());
    at_once.clear();
    EXPECT_EQ(at_once.count(), 0U);
    EXPECT_EQ(at_once.negative(), 0U);
    EXPECT_TRUE(at_once.buckets().empty());
    EXPECT_EQ(at_once.max_ns(), 0);
}

TEST(SliceHistogram, HasTheSameRangeAndTwoDigits) {
    EXPECT_EQ(SliceHistogram::limit_ns, Histogram::limit_ns);
    for (double value = 1'000; value < 1e11; value *= 1.0137) {
        const auto ns = static_cast<std::int64_t>(value);
        const std::size_t slot = SliceHistogram::slot_of(ns);
        ASSERT_LT(slot, SliceHistogram::slot_count);
        const auto error = static_cast<double>(SliceHistogram::highest_in(slot) - ns);
        ASSERT_GE(error, 0);
        ASSERT_LE(error, std::max(1024.0, value / 100)) << value;
        ASSERT_EQ(SliceHistogram::slot_of(SliceHistogram::highest_in(slot)), slot)
            << "so buckets can be put together";
    }
}

TEST(Histogram, CountsOverflowAndNegativeApart) {
    Histogram h;
    h.record(-1);
    h.record(Histogram::limit_ns);
    h.record(7'000);
    EXPECT_EQ(h.negative(), 1U);
    EXPECT_EQ(h.overflow(), 1U);
    EXPECT_EQ(h.count(), 2U);
    EXPECT_EQ(h.max_ns(), Histogram::limit_ns);
    EXPECT_EQ(h.buckets().size(), 1U);
}

TEST(Histogram, APercentileInTheOverflowIsNotMadeUp) {
    Histogram h;
    for (int i = 0; i != 100; ++i) h.record(Histogram::limit_ns + 5);
    EXPECT_FALSE(h.percentile_ns(0.5));
}

TEST(Histogram, MergingEqualsRecordingAllInOne) {
    Histogram a;
    Histogram b;
    Histogram all;
    for (int i = 0; i != 2'000; ++i) {
        const std::int64_t value = i * std::int64_t{i} * 977;
        (i % 3 == 0 ? a : b).record(value);
        all.record(value);
    }
    a.merge(b);
    EXPECT_EQ(a.buckets(), all.buckets());
    EXPECT_EQ(a.count(), all.count());
    EXPECT_EQ(a.max_ns(), all.max_ns());
    EXPECT_EQ(a.min_ns(), all.min_ns());
    EXPECT_DOUBLE_EQ(a.mean_ns(), all.mean_ns());
}

}  // namespace
}  // namespace pushbench::loadgen
