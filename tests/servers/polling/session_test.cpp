// Polls without a connection: what they make of an exchange.
#include "polling/session.hpp"

#include <gmock/gmock.h>

#include "servers/http/recorded_exchange.hpp"

namespace pushbench::polling {
namespace {

using ::testing::HasSubstr;

class PollTest : public ::testing::Test, protected OneWorker {
 protected:
    RecordedExchange& ask(const std::string& target) {
        exchanges.push_back(std::make_unique<RecordedExchange>(worker));
        exchanges.back()->ask(handle_poll, target);
        return *exchanges.back();
    }
    std::vector<std::unique_ptr<RecordedExchange>> exchanges;
};

TEST_F(PollTest, AnswersAtOnceWhatIsNew) {
    publish("1");
    const auto& exchange = ask("/poll?topic=t&after=0&wait=30s");
    ASSERT_EQ(exchange.responses.size(), 1U);
    EXPECT_EQ(exchange.responses[0].status, 200U);
    EXPECT_EQ(exchange.responses[0].body, R"({"cursor":"life-1","notifications":[1]})");
    EXPECT_FALSE(exchange.parked);
}

TEST_F(PollTest, IsParkedForAsLongAsItSaysUntilItsTopicMoves) {
    const auto& exchange = ask("/poll?topic=t&after=0&wait=30s");
    EXPECT_TRUE(exchange.responses.empty());
    ASSERT_TRUE(exchange.parked);
    EXPECT_EQ(exchange.parked_for_ns, 30'000'000'000);
    publish("elsewhere", "u");
    EXPECT_TRUE(exchange.responses.empty());
    publish("1");
    ASSERT_EQ(exchange.responses.size(), 1U);
    EXPECT_THAT(exchange.responses[0].body, HasSubstr("[1]"));
    EXPECT_FALSE(exchange.parked);
    publish("2");
    EXPECT_EQ(exchange.responses.size(), 1U) << "a poll is answered once";
}

TEST_F(PollTest, ThatNobodyWaitsForAnyMoreIsForgotten) {
    auto& exchange = ask("/poll?topic=t&wait=30s");
    exchange.parked.reset();
    publish("1");
    EXPECT_TRUE(exchange.responses.empty());
}

TEST_F(PollTest, IsAnsweredEmptyWhenItsTimeIsUp) {
    auto& exchange = ask("/poll?topic=t&wait=30s");
    exchange.parked->answer_empty();
    ASSERT_EQ(exchange.responses.size(), 1U);
    EXPECT_EQ(exchange.responses[0].status, 204U);
    EXPECT_EQ(exchange.responses[0].headers, "Cursor: life-0\r\nETag: \"life-0\"\r\n");
    EXPECT_EQ(worker.counters.empty_polls.get(), 1U);
}

TEST_F(PollTest, ThoseAtTheSameCursorGetOneResponse) {
    for (int i = 0; i < 3; ++i) ask("/poll?topic=t&after=0&wait=30s");
    const auto& other = ask("/poll?topic=t&topic=u&after=0,0&wait=30s");
    publish("1");
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(exchanges[static_cast<std::size_t>(i)]->shared.size(), 1U);
        EXPECT_EQ(exchanges[static_cast<std::size_t>(i)]->shared[0], exchanges[0]->shared[0]);
    }
    EXPECT_EQ(other.responses[0].body, R"({"cursor":"life-1,0","notifications":[1]})");
    EXPECT_EQ(worker.counters.deliveries.get(), 4U);
    publish("2");
    EXPECT_EQ(ask("/poll?topic=t&after=0").responses[0].body, R"({"cursor":"life-2","notifications":[1,2]})");
}

TEST_F(PollTest, RefusesABadWait) {
    EXPECT_EQ(ask("/poll?wait=11m").responses.at(0).status, 400U);
    EXPECT_EQ(ask("/poll?topic=").responses.at(0).status, 400U);
}

}  // namespace
}  // namespace pushbench::polling
