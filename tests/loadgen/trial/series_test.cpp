#include "loadgen/trial/series.hpp"

#include <gtest/gtest.h>

namespace pushbench::loadgen {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// One of a worker: so many deliveries of so many notifications, all with that latency.
Slice slice(std::int64_t delivered, std::uint64_t notifications, std::int64_t latency_ns) {
    Slice one;
    one.counters.delivered = delivered;
    one.notifications = notifications;
    if (delivered == 0) return one;
    one.max_ns = latency_ns;
    SliceHistogram latency;
    latency.record(latency_ns, static_cast<std::uint64_t>(delivered));
    one.latency = latency.buckets();
    return one;
}

Moment moment(double at_s, std::int64_t ready, std::int64_t cpu_ns) {
    return {static_cast<std::int64_t>(at_s * 1e9), ready, cpu_ns, 1000 * ready};
}

TEST(Series, PutsWorkersAndMomentsTogether) {
    const Series series =
        make_series({{{slice(2000, 20, 1'000'000), slice(0, 0, 0), slice(1000, 10, 3'000'000)},
                      {slice(2000, 20, 2'000'000), slice(0, 0, 0), slice(1000, 10, 3'000'000)}},
                     {moment(5, 10, 0), moment(6.001, 9, second / 4), moment(7.001, 9, second / 4),
                      moment(7.6, 8, second / 2)},
                     second},
                    true);
    ASSERT_EQ(series.slices.size(), 3U);
    EXPECT_EQ(series.step_s, 1);
    const SeriesSlice& first = series.slices[0];
    EXPECT_EQ(first.counters.delivered, 4000);
    EXPECT_EQ(first.seconds, 1);
    EXPECT_EQ(first.ready, 9);
    EXPECT_EQ(first.server_rss_bytes, 9000);
    EXPECT_NEAR(*first.server_cpu_cores, 0.25, 0.001);
    EXPECT_NEAR(static_cast<double>(*first.p50_ns), 1e6, 2e4);
    EXPECT_EQ(first.max_ns, 2'000'000);
    EXPECT_FALSE(series.slices[1].p50_ns);
    EXPECT_FALSE(series.slices[1].max_ns) << "nothing came";
    EXPECT_FALSE(series.slices[2].p50_ns) << "of ten notifications";
    EXPECT_EQ(series.slices[2].max_ns, 3'000'000);
    EXPECT_NEAR(series.slices[2].seconds, 0.6, 1e-9);
    EXPECT_EQ(series.slices[2].ready, 8);
}

// Whoever looks may wake just before all ends, and then once more at the end.
TEST(Series, TheLastMomentIsTheEnd) {
    const Series series = make_series(
        {{{slice(1, 1, 1'000)}}, {moment(0, 1, 0), moment(1, 1, 7), moment(1.01, 3, 9)}, second}, true);
    ASSERT_EQ(series.slices.size(), 1U);
    EXPECT_EQ(series.slices[0].ready, 3);
    EXPECT_NEAR(series.slices[0].seconds, 1.01, 1e-9);
}

TEST(Series, WorkersThatShareNoTopicNoticeOthers) {
    const std::vector<std::vector<Slice>> workers{{slice(500, 10, 1'000)}, {slice(500, 10, 1'000)}};
    EXPECT_TRUE(make_series({workers, {}, second}, false).slices[0].p50_ns);
    EXPECT_FALSE(make_series({workers, {}, second}, true).slices[0].p50_ns);
}

TEST(Series, WithoutAServerItsColumnsAreEmpty) {
    const Series series =
        make_series({{{slice(1, 1, 1'000)}}, {{0, 1, {}, {}}, {second, 1, {}, {}}}, second}, true);
    EXPECT_FALSE(series.slices[0].server_cpu_cores);
    EXPECT_FALSE(series.slices[0].server_rss_bytes);
    EXPECT_EQ(series.slices[0].ready, 1);
}

}  // namespace
}  // namespace pushbench::loadgen
