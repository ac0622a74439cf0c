#include "notify/entry.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "servers/life.hpp"

namespace pushbench {
namespace {

std::atomic<int> encoded{0};

std::string by_one(const Notification& notification, const Epoch& epoch) {
    ++encoded;
    return "one " + epoch.text() + " " + notification.payload;
}
std::string by_other(const Notification& notification, const Epoch&) {
    ++encoded;
    return "other " + notification.payload;
}

const Notification kNotification{17, "t", 1, 2, "p"};

TEST(Entry, OfOneTransportIsEncodedAtOnceAndOnce) {
    const std::array<Encoder, 1> one{by_one};
    const Encoders encoders{one, &kLife};
    encoded = 0;
    const Entry entry{3, kNotification, encoders};
    EXPECT_EQ(encoded, 1);
    EXPECT_EQ(entry.seq(), 3U);
    EXPECT_EQ(entry.frame(by_one), "one life p");
    EXPECT_EQ(&entry.frame(by_one), &entry.frame(by_one));
    EXPECT_EQ(encoded, 1);
    EXPECT_GE(entry.held_bytes(), entry.frame(by_one).size());
}

TEST(Entry, OfSeveralIsEncodedForWhoeverWantsIt) {
    const std::array<Encoder, 2> both{by_one, by_other};
    const Encoders encoders{both, &kLife};
    encoded = 0;
    const Entry entry{3, kNotification, encoders};
    EXPECT_EQ(encoded, 0);
    EXPECT_EQ(entry.frame(by_other), "other p");
    EXPECT_EQ(entry.frame(by_other), "other p");
    EXPECT_EQ(encoded, 1);
    EXPECT_EQ(entry.frame(by_one), "one life p");
    EXPECT_EQ(encoded, 2);
}

TEST(Entry, IsTheSameForAllThreads) {
    const std::array<Encoder, 2> both{by_one, by_other};
    const Encoders encoders{both, &kLife};
    for (int round = 0; round < 200; ++round) {
        const Entry entry{3, kNotification, encoders};
        std::array<const std::string*, 3> seen{};
        std::vector<std::thread> threads;
        for (auto& each : seen) threads.emplace_back([&entry, &each] { each = &entry.frame(by_other); });
        for (auto& thread : threads) thread.join();
        ASSERT_EQ(seen[0], seen[1]);
        ASSERT_EQ(seen[1], seen[2]);
        ASSERT_EQ(*seen[0], "other p");
    }
}

}  // namespace
}  // namespace pushbench
