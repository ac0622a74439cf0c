// Faults on purpose, as a subscriber of every transport meets them.
#include <gmock/gmock.h>

#include <chrono>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

using ::testing::ElementsAreArray;

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

class FaultyServer : public TransportTest {
 protected:
    std::vector<std::uint64_t> take_seqs(Subscriber& subscriber, std::size_t count) {
        std::vector<std::uint64_t> seqs;
        for (const Event& event : subscriber.take(count)) seqs.push_back(event.seq);
        return seqs;
    }
};

TEST_P(FaultyServer, DropsOneInNAndSaysWhatItHandedOut) {
    start({"--fault-drop", "8"});
    const auto subscriber = subscribe();
    publish_many(40);
    std::vector<std::uint64_t> expected;
    for (std::uint64_t seq = 1; seq <= 40; ++seq)
        if (seq % 8 != 2) expected.push_back(seq);
    EXPECT_THAT(take_seqs(*subscriber, expected.size()), ElementsAreArray(expected));
    EXPECT_EQ(admin("GET", "/topics").body, R"({"default":40})");
    EXPECT_EQ(metric("pushbench_faults_dropped_total"), 5U);
    EXPECT_EQ(metric("pushbench_gaps_total"), 0U) << "no log lost anything";
}

TEST_P(FaultyServer, DuplicatesOneInN) {
    start({"--fault-duplicate", "8", "--threads", "2"});
    const auto subscriber = subscribe();
    publish_many(40);
    std::vector<std::uint64_t> expected;
    for (std::uint64_t seq = 1; seq <= 40; ++seq) expected.insert(expected.end(), seq % 8 == 4 ? 2 : 1, seq);
    EXPECT_THAT(take_seqs(*subscriber, expected.size()), ElementsAreArray(expected));
    EXPECT_EQ(admin("GET", "/topics").body, R"({"default":40})");
    EXPECT_EQ(metric("pushbench_faults_duplicated_total"), 5U);
}

TEST_P(FaultyServer, SwapsOneInNWithItsSuccessor) {
    start({"--fault-swap", "8"});
    const auto subscriber = subscribe();
    // At one moment, so that no successor is late.
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":100000,"count":38})").status, 202U);
    std::vector<std::uint64_t> expected;
    for (std::uint64_t seq = 1; seq <= 38; ++seq) expected.push_back(seq);
    for (std::uint64_t seq = 6; seq < 38; seq += 8) std::swap(expected[seq - 1], expected[seq]);
    EXPECT_THAT(take_seqs(*subscriber, expected.size()), ElementsAreArray(expected))
        << "the last one has no successor and is let go all the same";
    EXPECT_EQ(metric("pushbench_faults_swapped_total"), 4U);
}

TEST_P(FaultyServer, DelaysEveryNotification) {
    start({"--fault-delay", "30ms"});
    const auto subscriber = subscribe();
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":1000,"count":20})").status, 202U);
    for (std::uint64_t seq = 1; seq <= 20; ++seq) {
        const Event event = subscriber->next();
        EXPECT_EQ(event.seq, seq);
        EXPECT_GE(now_ns(), event.sent_ns + 30'000'000);
    }
    EXPECT_EQ(metric("pushbench_faults_delayed_total"), 20U);
}

TEST_P(FaultyServer, KeepsCursorsThroughAllOfThem) {
    start({"--fault-delay", "1ms", "--fault-drop", "8", "--fault-duplicate", "8", "--fault-swap", "8"});
    const auto subscriber = subscribe();
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":100000,"count":16})").status, 202U);
    EXPECT_THAT(take_seqs(*subscriber, 16),
                ElementsAreArray({1, 3, 4, 4, 5, 7, 6, 8, 9, 11, 12, 12, 13, 15, 14, 16}));
    const auto late = subscribe();
    publish("after", "default");
    EXPECT_EQ(late->next().seq, 17U) << "starts at the head of the log";
    EXPECT_EQ(admin("GET", "/topics").body, R"({"default":17})");
}

TEST_P(FaultyServer, CountsFaultsOnlyWhereTheyAreAskedFor) {
    start();
    EXPECT_EQ(admin("GET", "/metrics").body.find("faults"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Transports, FaultyServer, ::testing::ValuesIn(variants()), variant_name);

}  // namespace
}  // namespace pushbench::contract
