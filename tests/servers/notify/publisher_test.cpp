#include "notify/publisher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushbench {
namespace {

struct Seen {
    std::string topic;
    std::size_t payload_bytes;
    std::int64_t due_ns;
    std::int64_t sent_ns;
};

struct Collector final : Sink {
    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& /*done*/) override {
        all.push_back({std::string{topic}, payload.size(), due_ns, sent_ns});
    }
    std::vector<Seen> all;
};

class PublisherTest : public ::testing::Test {
 protected:
    /// 10 a second: one every 100 ms, the first at 1 s.
    Publisher publisher(std::uint64_t count, std::uint32_t topics = 1) {
        ScheduleOptions options;
        options.rate_per_s = 10;
        options.count = count;
        options.topics = topics;
        options.payload_bytes = 7;
        return Publisher{Schedule{options}, sink, [this] { return now_ns; }, 1'000'000'000};
    }
    Collector sink;
    std::int64_t now_ns = 0;
};

TEST_F(PublisherTest, PublishesNothingBeforeItIsDue) {
    auto one = publisher(2);
    now_ns = 999'999'999;
    EXPECT_EQ(one.run(), 1'000'000'000);
    EXPECT_TRUE(sink.all.empty());
    EXPECT_EQ(one.first_due_ns(), 0);
    now_ns = 1'000'000'000;
    EXPECT_EQ(one.run(), 1'100'000'000);
    EXPECT_EQ(sink.all.size(), 1U);
    now_ns = 1'100'000'000;
    EXPECT_EQ(one.run(), std::nullopt);
    EXPECT_TRUE(one.done());
    EXPECT_EQ(one.published(), 2U);
    EXPECT_EQ(one.run(), std::nullopt) << "and nothing more";
    EXPECT_EQ(sink.all.size(), 2U);
}

// The heart of the measurement: lateness must show in the latency, not vanish from it.
TEST_F(PublisherTest, PublishesLateUnderItsOwnDueTime) {
    auto one = publisher(0);
    now_ns = 1'350'000'000;
    EXPECT_EQ(one.run(), 1'400'000'000);
    ASSERT_EQ(sink.all.size(), 4U) << "none skipped";
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(sink.all[i].due_ns, 1'000'000'000 + static_cast<std::int64_t>(i) * 100'000'000);
        EXPECT_EQ(sink.all[i].sent_ns, 1'350'000'000);
        EXPECT_EQ(sink.all[i].payload_bytes, 7U);
    }
    EXPECT_EQ(one.first_due_ns(), 1'000'000'000);
    EXPECT_EQ(one.last_due_ns(), 1'300'000'000);
}

TEST_F(PublisherTest, PausesBetweenBatches) {
    auto one = publisher(1000);
    now_ns = 1'000'000'000'000;
    const auto next_ns = one.run();
    EXPECT_EQ(sink.all.size(), static_cast<std::size_t>(Publisher::kBatch));
    ASSERT_TRUE(next_ns);
    EXPECT_LE(*next_ns, now_ns) << "to be called again at once";
    while (one.run()) {
    }
    EXPECT_EQ(sink.all.size(), 1000U);
}

TEST_F(PublisherTest, EndsWithAFullBatch) {
    auto one = publisher(Publisher::kBatch);
    now_ns = 1'000'000'000'000;
    EXPECT_EQ(one.run(), std::nullopt);
    EXPECT_EQ(sink.all.size(), static_cast<std::size_t>(Publisher::kBatch));
}

TEST_F(PublisherTest, NamesTheTopics) {
    auto one = publisher(3, 2);
    now_ns = 2'000'000'000;
    one.run();
    ASSERT_EQ(sink.all.size(), 3U);
    EXPECT_EQ(sink.all[0].topic, "default-0");
    EXPECT_EQ(sink.all[1].topic, "default-1");
    EXPECT_EQ(sink.all[2].topic, "default-0");
}

TEST(PayloadText, IsPlainAndOfTheLengthAskedFor) {
    for (const std::size_t bytes : {0U, 1U, 44U, 45U, 46U, 16384U}) {
        const std::string text = payload_text(bytes);
        EXPECT_EQ(text.size(), bytes);
        EXPECT_EQ(text.find_first_of("\"\\\n"), std::string::npos);
    }
}

}  // namespace
}  // namespace pushbench
