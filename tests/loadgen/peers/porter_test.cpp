// What is packed by one rank is unpacked by another as it was.
#include "loadgen/peers/porter.hpp"

#include <gtest/gtest.h>

#include <random>

#include "loadgen/crowd/recorder.hpp"
#include "loadgen/crowd/trouble.hpp"
#include "loadgen/measure/histogram.hpp"

namespace pushbench::loadgen {
namespace {

template <class T>
T there_and_back(const T& value) {
    return unpacked<T>(packed(value));
}

TEST(Porter, BringsPlainValuesAndTextsAndLists) {
    EXPECT_EQ(there_and_back(std::int64_t{-7}), -7);
    EXPECT_EQ(there_and_back(std::string{"a\0b", 3}), (std::string{"a\0b", 3}));
    EXPECT_EQ(there_and_back(std::string{}), "");
    const std::vector<std::uint64_t> numbers{1, UINT64_MAX, 0};
    EXPECT_EQ(there_and_back(numbers), numbers);
    const std::vector<bool> flags{true, false, true};
    EXPECT_EQ(there_and_back(flags), flags);
    const std::vector<std::string> texts{"", "x"};
    EXPECT_EQ(there_and_back(texts), texts);
    EXPECT_EQ(there_and_back(std::optional<double>{0.5}), 0.5);
    EXPECT_EQ(there_and_back(std::optional<double>{}), std::nullopt);
    EXPECT_EQ(there_and_back(std::optional<std::string>{"y"}), "y");
    const std::vector<std::pair<std::int64_t, std::uint64_t>> pairs{{1, 2}, {3, 4}};
    EXPECT_EQ(there_and_back(pairs), pairs);
}

TEST(Porter, WhatIsCutShortIsAFailureAndTakesNoMemory) {
    const Bytes whole = packed(std::vector<std::uint64_t>{1, 2, 3}, std::string{"text"});
    for (std::size_t length = 0; length != whole.size(); ++length) {
        std::vector<std::uint64_t> numbers;
        std::string text;
        Unpacker cut{std::string_view{whole}.substr(0, length)};
        EXPECT_THROW(cut.all(numbers, text), Failure) << length;
    }
    EXPECT_THROW(unpacked<std::vector<std::uint64_t>>(packed(UINT64_MAX / 8)), Failure);
    EXPECT_THROW(unpacked<std::string>(packed(UINT64_MAX)), Failure);
}

TEST(Porter, BringsAHistogramWhole) {
    Histogram histogram;
    histogram.record(-1);
    histogram.record(1'000);
    histogram.record(123'456'789, 5);
    histogram.record(Histogram::limit_ns + 1);
    const Histogram brought = there_and_back(histogram);
    EXPECT_EQ(brought.buckets(), histogram.buckets());
    EXPECT_EQ(brought.count(), 7U);
    EXPECT_EQ(brought.negative(), 1U);
    EXPECT_EQ(brought.overflow(), 1U);
    EXPECT_EQ(brought.max_ns(), Histogram::limit_ns + 1);
    EXPECT_EQ(brought.min_ns(), 1'000);
    EXPECT_EQ(brought.mean_ns(), histogram.mean_ns());
    EXPECT_EQ(there_and_back(Histogram{}).count(), 0U);
}

// However deliveries are dealt out, what is brought from all ranks and merged is what one would have
// recorded.
TEST(Porter, MergedPartsAreTheWhole) {
    std::mt19937_64 random{3};
    for (int round = 0; round != 20; ++round) {
        Recorder whole;
        std::vector<Recorder> parts(1 + random() % 4);
        for (int i = 0; i != 600; ++i) {  // 50 notifications of each of three topics, to four subscribers
            const auto topic = static_cast<std::uint32_t>(i / 4 % 3);
            const std::uint64_t seq = 1 + static_cast<std::uint64_t>(i) / 12;
            const auto due_ns = static_cast<std::int64_t>(seq) * 20'000'000;
            const auto received_ns = due_ns + static_cast<std::int64_t>(random() % 50'000'000);
            const Stamp stamp{seq, "t", due_ns, due_ns + 1'000};
            whole.record(stamp, topic, received_ns);
            parts[random() % parts.size()].record(stamp, topic, received_ns);
        }
        Recorder merged;
        for (const Recorder& part : parts) merged.merge(there_and_back(part));
        EXPECT_EQ(merged.latency.buckets(), whole.latency.buckets());
        EXPECT_EQ(merged.delivery.buckets(), whole.delivery.buckets());
        EXPECT_EQ(merged.latency.max_ns(), whole.latency.max_ns());
        EXPECT_EQ(merged.first_due_ns, whole.first_due_ns);
        EXPECT_EQ(merged.last_sent_ns, whole.last_sent_ns);
        EXPECT_EQ(whole.notifications(), 150U);
        EXPECT_LE(merged.notifications(), 150U) << "rather too few than too many";
        EXPECT_GE(merged.notifications(), 75U);
    }
}

TEST(Porter, BringsWhatWentWrong) {
    Trouble trouble;
    trouble.refusals.add("503", 2);
    trouble.connect_errors.add("refused");
    trouble.hopeless = "no ports";
    const Trouble brought = there_and_back(trouble);
    EXPECT_EQ(brought.refusals.commonest(), "503");
    EXPECT_EQ(brought.connect_errors.commonest(), "refused");
    EXPECT_EQ(brought.hopeless, "no ports");
}

}  // namespace
}  // namespace pushbench::loadgen
