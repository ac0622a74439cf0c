#include "notify/schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace pushbench {
namespace {

ScheduleOptions options(double rate_per_s, Arrival arrival = Arrival::constant, std::uint32_t topics = 1) {
    ScheduleOptions made;
    made.rate_per_s = rate_per_s;
    made.arrival = arrival;
    made.topics = topics;
    return made;
}

TEST(ConstantSchedule, IsDueAtIndexOverRate) {
    Schedule schedule{options(3)};
    for (int i = 0; i < 100'000; ++i) {
        const auto item = schedule.next();
        ASSERT_EQ(item.due_after_ns, std::llround(i * 1e9 / 3)) << "no drift";
    }
}

TEST(ConstantSchedule, GoesRoundTheTopics) {
    Schedule schedule{options(100, Arrival::constant, 3)};
    for (std::uint32_t i = 0; i < 10; ++i) EXPECT_EQ(schedule.next().topic, i % 3);
}

TEST(AnySchedule, EndsAfterItsCount) {
    auto counted = options(10);
    counted.count = 3;
    Schedule schedule{counted};
    for (std::uint64_t i = 0; i < 3; ++i) {
        EXPECT_FALSE(schedule.done());
        EXPECT_EQ(schedule.produced(), i);
        const auto peeked = schedule.peek().due_after_ns;
        EXPECT_EQ(schedule.next().due_after_ns, peeked);
    }
    EXPECT_TRUE(schedule.done());
    Schedule endless{options(10)};
    for (int i = 0; i < 1000; ++i) endless.next();
    EXPECT_FALSE(endless.done());
}

TEST(PoissonSchedule, HasExponentialGapsOfTheRightMean) {
    constexpr int kCount = 200'000;
    Schedule schedule{options(1000, Arrival::poisson)};
    double sum_ns = 0;
    double squares = 0;
    std::int64_t before_ns = 0;
    for (int i = 0; i < kCount; ++i) {
        const auto due_ns = schedule.next().due_after_ns;
        ASSERT_GE(due_ns, before_ns);
        const auto gap_ns = static_cast<double>(due_ns - before_ns);
        sum_ns += gap_ns;
        squares += gap_ns * gap_ns;
        before_ns = due_ns;
    }
    const double mean_ns = sum_ns / kCount;
    const double deviation_ns = std::sqrt(squares / kCount - mean_ns * mean_ns);
    EXPECT_NEAR(mean_ns, 1e6, 1e4) << "1 %, over four standard errors";
    EXPECT_NEAR(deviation_ns, mean_ns, 0.02 * mean_ns) << "an exponential's deviation is its mean";
}

TEST(PoissonSchedule, SpreadsEvenlyOverTopics) {
    constexpr int kCount = 100'000;
    constexpr std::uint32_t kTopics = 10;
    Schedule schedule{options(1000, Arrival::poisson, kTopics)};
    std::vector<int> counts(kTopics);
    for (int i = 0; i < kCount; ++i) ++counts.at(schedule.next().topic);
    for (const int count : counts) EXPECT_NEAR(count, kCount / static_cast<int>(kTopics), 500);
}

TEST(PoissonSchedule, IsTheSameForTheSameSeedAndNoOther) {
    auto seeded = options(50, Arrival::poisson, 7);
    Schedule one{seeded};
    Schedule same{seeded};
    seeded.seed = 2;
    Schedule other{seeded};
    int equal = 0;
    for (int i = 0; i < 100; ++i) {
        const auto item = one.next();
        const auto twin = same.next();
        EXPECT_EQ(item.due_after_ns, twin.due_after_ns);
        EXPECT_EQ(item.topic, twin.topic);
        equal += item.due_after_ns == other.next().due_after_ns;
    }
    EXPECT_EQ(equal, 0);
}

// Results are compared between machines, so the numbers themselves are part of the contract.
TEST(PoissonSchedule, IsTheSameEverywhere) {
    Schedule schedule{options(1, Arrival::poisson, 1000)};
    std::vector<std::int64_t> first{schedule.next().due_after_ns, schedule.next().due_after_ns};
    std::mt19937_64 random{1};
    const double uniform = static_cast<double>(random() >> 11) * 0x1p-53;
    EXPECT_EQ(first[0], std::llround(-std::log1p(-uniform) * 1e9));
    EXPECT_GT(first[1], first[0]);
}

TEST(TopicName, HasAnIndexOnlyAmongSeveral) {
    EXPECT_EQ(topic_name("default", 0, 1), "default");
    EXPECT_EQ(topic_name("default", 0, 2), "default-0");
    EXPECT_EQ(topic_name("t", 4999, 5000), "t-4999");
}

}  // namespace
}  // namespace pushbench
