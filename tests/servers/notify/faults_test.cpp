#include "notify/faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kMs = 1'000'000;

class FaultsTest : public ::testing::Test, protected Outlet {
 protected:
    void put(const Notification& notification) override {
        all.push_back(notification);
        seqs.push_back(notification.seq);
    }
    Faults faults(const FaultOptions& options) {
        return {options, *this, [this] { return now_ns; }};
    }
    std::uint64_t publish(Faults& to, std::string_view topic = "t") {
        std::uint64_t seq = 0;
        to.publish(topic, "p", now_ns - 1, now_ns, [&seq](const Publication& taken) { seq = taken.seq; });
        return seq;
    }
    std::uint64_t publish_many(Faults& to, int count) {
        std::uint64_t seq = 0;
        for (int i = 0; i < count; ++i) seq = publish(to);
        return seq;
    }

    std::int64_t now_ns = 1000 * kMs;
    std::vector<Notification> all;
    std::vector<std::uint64_t> seqs;
};

TEST_F(FaultsTest, WithoutOptionsNothingIsWrong) {
    EXPECT_FALSE(FaultOptions{}.any());
    auto none = faults({});
    EXPECT_EQ(publish_many(none, 20), 20U);
    EXPECT_EQ(seqs.size(), 20U);
    EXPECT_EQ(none.run(), std::nullopt);
    EXPECT_EQ(all[4].seq, 5U);
    EXPECT_EQ(all[4].topic, "t");
    EXPECT_EQ(all[4].payload, "p");
    EXPECT_EQ(all[4].due_ns, now_ns - 1);
    EXPECT_EQ(all[4].sent_ns, now_ns);
}

TEST_F(FaultsTest, ADropUsesUpItsNumber) {
    auto drop = faults({0, 8, 0, 0});
    EXPECT_EQ(publish_many(drop, 12), 12U);
    EXPECT_THAT(seqs, ElementsAre(1, 3, 4, 5, 6, 7, 8, 9, 11, 12));
    EXPECT_EQ(drop.counts().dropped, 2U);
    EXPECT_EQ(drop.numbers().at("t"), 12U);
}

TEST_F(FaultsTest, ADuplicateComesTwiceUnderOneNumber) {
    auto duplicate = faults({0, 0, 8, 0});
    EXPECT_EQ(publish_many(duplicate, 8), 8U);
    EXPECT_THAT(seqs, ElementsAre(1, 2, 3, 4, 4, 5, 6, 7, 8));
    EXPECT_EQ(duplicate.counts().duplicated, 1U);
}

TEST_F(FaultsTest, ASwapComesAfterItsSuccessor) {
    auto swap = faults({0, 0, 0, 8});
    publish_many(swap, 15);
    EXPECT_THAT(seqs, ElementsAre(1, 2, 3, 4, 5, 7, 6, 8, 9, 10, 11, 12, 13, 15, 14));
    EXPECT_EQ(swap.counts().swapped, 2U);
    EXPECT_EQ(swap.run(), std::nullopt);
}

TEST_F(FaultsTest, ASwapWithoutSuccessorIsLetGoAndNotCounted) {
    auto swap = faults({0, 0, 0, 8});
    publish_many(swap, 6);
    EXPECT_EQ(swap.run(), now_ns + 100 * kMs);
    now_ns += 100 * kMs - 1;
    EXPECT_EQ(swap.run(), now_ns + 1);
    EXPECT_THAT(seqs, ElementsAre(1, 2, 3, 4, 5));
    now_ns += 1;
    EXPECT_EQ(swap.run(), std::nullopt);
    EXPECT_THAT(seqs, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_EQ(swap.counts().swapped, 0U);
}

TEST_F(FaultsTest, TheSuccessorIsOneOfTheSameTopic) {
    auto swap = faults({0, 0, 0, 8});
    publish_many(swap, 6);
    publish(swap, "other");
    EXPECT_EQ(all.back().topic, "other");
    EXPECT_EQ(all.size(), 6U);
    publish(swap);
    EXPECT_EQ(seqs.back(), 6U);
    EXPECT_EQ(swap.numbers(), (std::map<std::string, std::uint64_t>{{"other", 1}, {"t", 7}}));
}

// A dropped successor would leave nothing to come after.
TEST_F(FaultsTest, ADroppedSuccessorReleasesNoSwap) {
    auto both = faults({0, 28, 0, 8});  // drops 7
    publish_many(both, 8);
    EXPECT_THAT(seqs, ElementsAre(1, 2, 3, 4, 5, 8, 6));
}

TEST_F(FaultsTest, ADelayHoldsForExactlyThatLong) {
    auto delay = faults({10 * kMs, 0, 0, 0});
    const std::int64_t first_ns = now_ns;
    publish(delay);
    EXPECT_EQ(delay.run(), first_ns + 10 * kMs);
    now_ns += 4 * kMs;
    publish(delay);
    EXPECT_EQ(delay.run(), first_ns + 10 * kMs);
    now_ns = first_ns + 10 * kMs - 1;
    delay.run();
    EXPECT_THAT(seqs, IsEmpty());
    EXPECT_EQ(delay.numbers().at("t"), 2U) << "the number is known at once";
    now_ns = first_ns + 10 * kMs;
    EXPECT_EQ(delay.run(), first_ns + 14 * kMs);
    EXPECT_THAT(seqs, ElementsAre(1));
    EXPECT_EQ(all[0].sent_ns, first_ns) << "published when it was published";
    EXPECT_EQ(all[0].due_ns, first_ns - 1);
    now_ns = first_ns + 20 * kMs;
    EXPECT_EQ(delay.run(), std::nullopt);
    EXPECT_THAT(seqs, ElementsAre(1, 2));
    EXPECT_EQ(delay.counts().delayed, 2U);
}

TEST_F(FaultsTest, ADelayedPileIsLetOutInBatches) {
    auto delay = faults({kMs, 0, 0, 0});
    publish_many(delay, Publisher::kBatch + 1);
    now_ns += kMs;
    EXPECT_EQ(delay.run(), now_ns) << "to be called again at once";
    EXPECT_EQ(seqs.size(), static_cast<std::size_t>(Publisher::kBatch));
    EXPECT_EQ(delay.run(), std::nullopt);
    EXPECT_EQ(seqs.size(), static_cast<std::size_t>(Publisher::kBatch) + 1);
}

TEST_F(FaultsTest, AllAtOnceNeverMeet) {
    auto all_of_them = faults({kMs, 8, 8, 8});
    publish_many(all_of_them, 14);
    now_ns += kMs;
    EXPECT_EQ(all_of_them.run(), now_ns + 100 * kMs) << "14 waits for its successor";
    EXPECT_THAT(seqs, ElementsAre(1, 3, 4, 4, 5, 7, 6, 8, 9, 11, 12, 12, 13));
    now_ns += 100 * kMs;
    EXPECT_EQ(all_of_them.run(), std::nullopt);
    EXPECT_EQ(seqs.back(), 14U);
    EXPECT_EQ(all_of_them.counts().dropped, 2U);
    EXPECT_EQ(all_of_them.counts().duplicated, 2U);
    EXPECT_EQ(all_of_them.counts().swapped, 1U);
    EXPECT_EQ(all_of_them.counts().delayed, 14U);
}

// What the smallest N promises holds for every other: distinct places, none of them the first.
TEST_F(FaultsTest, TheFirstIsNeverHit) {
    for (std::uint64_t every = FaultOptions::kLeast; every < 100; ++every) {
        seqs.clear();
        auto one = faults({0, every, every, every});
        publish_many(one, static_cast<int>(every) + 1);
        EXPECT_EQ(seqs.front(), 1U);
        EXPECT_EQ(one.counts().dropped, 1U);
        EXPECT_EQ(one.counts().duplicated, 1U);
        EXPECT_EQ(one.counts().swapped, 1U);
        EXPECT_EQ(seqs.size(), every + 1) << "one less, one more";
    }
}

}  // namespace
}  // namespace pushbench
