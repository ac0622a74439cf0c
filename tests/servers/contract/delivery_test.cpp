// What every transport must deliver, whatever it is called.
#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

using Kind = Event::Kind;

/// Runs with one reactor thread and with two: with two, subscribers are spread over both.
class Delivery : public ServerTest, public ::testing::WithParamInterface<std::tuple<Variant, int>> {
 protected:
    void start(const std::vector<std::string>& more = {}) {
        std::vector<std::string> arguments{"--threads", std::to_string(std::get<1>(GetParam()))};
        arguments.insert(arguments.end(), more.begin(), more.end());
        ServerTest::start(std::get<0>(GetParam()), arguments);
    }
};

TEST_P(Delivery, IsCompleteAndInOrder) {
    start();
    std::vector<std::unique_ptr<Subscriber>> subscribers(5);
    for (auto& subscriber : subscribers) subscriber = subscribe();
    publish_many(50);
    for (const auto& subscriber : subscribers) {
        std::uint64_t seq = 0;
        for (const Event& event : subscriber->take(50)) {
            EXPECT_EQ(event.seq, ++seq);
            EXPECT_EQ(event.payload, "n" + std::to_string(seq - 1));
            EXPECT_EQ(event.topic, "default");
            EXPECT_GT(event.due_ns, 0);
            EXPECT_LE(event.due_ns, event.sent_ns);
        }
    }
    EXPECT_EQ(metric("pushbench_notifications_total"), 50U);
    EXPECT_TRUE(metric_reaches("pushbench_deliveries_total", 250));
}

TEST_P(Delivery, StartsAtTheHead) {
    start();
    publish("before");
    const auto subscriber = subscribe();
    publish("after");
    const Event event = subscriber->next();
    EXPECT_EQ(event.seq, 2U);
    EXPECT_EQ(event.payload, "after");
}

TEST_P(Delivery, ResumesWhereItLeft) {
    start();
    std::string cursor;
    {
        const auto subscriber = subscribe();
        publish_many(3);
        ASSERT_EQ(subscriber->take(3).back().seq, 3U);
        cursor = subscriber->cursor();
        subscriber->vanish();
    }
    publish_many(4);
    const auto again = subscribe({{}, cursor});
    publish("last");
    const auto events = again->take(5);
    EXPECT_EQ(events.front().seq, 4U);
    EXPECT_EQ(events.back().payload, "last");
}

TEST_P(Delivery, FollowsSeveralTopicsEachWithItsCursor) {
    start();
    publish_many(3, "a");
    publish_many(8, "b");
    const auto subscriber = subscribe({{"a", "b"}, "1,6"});
    std::map<std::string, std::vector<std::uint64_t>> seen;
    for (const Event& event : subscriber->take(4)) seen[event.topic].push_back(event.seq);
    EXPECT_EQ(seen["a"], (std::vector<std::uint64_t>{2, 3}));
    EXPECT_EQ(seen["b"], (std::vector<std::uint64_t>{7, 8}));
    publish("other", "c");
    EXPECT_EQ(publish("mine", "b"), 9U);
    EXPECT_EQ(subscriber->next().payload, "mine");
    const std::string cursor = subscriber->cursor();
    publish("later", "b");
    const auto again = subscribe({{"a", "b"}, cursor});
    EXPECT_EQ(again->next().payload, "later") << "after " << cursor;
}

TEST_P(Delivery, OneCursorStandsForAllTopics) {
    start();
    publish_many(2, "a");
    publish_many(2, "b");
    const auto subscriber = subscribe({{"a", "b"}, "1"});
    for (const Event& event : subscriber->take(2)) EXPECT_EQ(event.seq, 2U);
}

TEST_P(Delivery, TheSameTopicTwiceIsFollowedOnce) {
    start();
    const auto subscriber = subscribe({{"a", "a"}, {}});
    publish("x", "a");
    publish("y", "a");
    EXPECT_EQ(subscriber->next().payload, "x");
    EXPECT_EQ(subscriber->next().payload, "y");
}

TEST_P(Delivery, CarriesAnyText) {
    start();
    const auto subscriber = subscribe({{"tøpic \"1\"&=/\\"}, {}});
    const std::vector<std::string> payloads{"",
                                            "line\nbreak\r\nand\rmore\n",
                                            "\"quoted\" \\ {\"json\":1}",
                                            "ünïcödé ☃ 🎉",
                                            "\x01\x1f\x7f",
                                            "data: x\n\n",
                                            std::string(126, 'a'),
                                            "\u2028\u2029"};
    for (const std::string& payload : payloads) publish(payload, "tøpic \"1\"&=/\\");
    for (const std::string& payload : payloads) {
        const Event event = subscriber->next();
        EXPECT_EQ(event.payload, payload);
        EXPECT_EQ(event.topic, "tøpic \"1\"&=/\\");
    }
}

TEST_P(Delivery, CarriesLargePayloads) {
    start();
    const auto subscriber = subscribe();
    std::string large(256 * 1024, 'x');
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>('a' + i % 26);
    for (int i = 0; i < 4; ++i) publish(large + std::to_string(i));
    for (int i = 0; i < 4; ++i) EXPECT_EQ(subscriber->next().payload, large + std::to_string(i));
}

TEST_P(Delivery, RunsASchedule) {
    start();
    const auto subscriber = subscribe();
    const Answer begun = admin("POST", "/schedule", R"({"rate":1000,"payload_bytes":40,"count":100})");
    ASSERT_EQ(begun.status, 202U) << begun.body;
    const auto events = subscriber->take(100);
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(events[i].seq, i + 1);
        EXPECT_EQ(events[i].payload.size(), 40U);
        EXPECT_EQ(events[i].due_ns, events[0].due_ns + static_cast<std::int64_t>(i) * 1'000'000);
        EXPECT_GE(events[i].sent_ns, events[i].due_ns);
    }
    const auto status = boost::json::parse(admin("GET", "/schedule").body);
    EXPECT_FALSE(status.at("running").as_bool());
    EXPECT_EQ(status.at("published").as_int64(), 100);
    EXPECT_EQ(status.at("count").as_int64(), 100);
    EXPECT_EQ(status.at("due_first_ns").as_int64(), events.front().due_ns);
    EXPECT_EQ(status.at("due_last_ns").as_int64(), events.back().due_ns);
}

TEST_P(Delivery, ToldOfAGapWhenHistoryIsGone) {
    start({"--history", "4"});
    publish_many(10);
    const auto subscriber = subscribe({{}, "3"});
    const Event gap = subscriber->next();
    EXPECT_EQ(gap.kind, Kind::gap);
    EXPECT_EQ(gap.topic, "default");
    EXPECT_EQ(gap.after, 3U);
    EXPECT_EQ(gap.first, 7U);
    const auto events = subscriber->take(4);
    EXPECT_EQ(events.front().seq, 7U);
    EXPECT_EQ(events.back().seq, 10U);
    EXPECT_EQ(metric("pushbench_gaps_total"), 1U);
}

// A bare number beyond the head can only be of another life: what is held is sent from its beginning.
TEST_P(Delivery, ToldWhenItsBareCursorIsAhead) {
    start();
    publish_many(2);
    const auto subscriber = subscribe({{}, "100"});
    const Event gap = subscriber->next();
    EXPECT_EQ(gap.kind, Kind::gap);
    EXPECT_EQ(gap.after, 100U);
    EXPECT_EQ(gap.first, 1U);
    publish("next");
    EXPECT_EQ(subscriber->take(3).back().seq, 3U);
}

TEST_P(Delivery, ToldOfEveryTopicItIsAheadIn) {
    start();
    publish_many(1, "a");
    publish_many(2, "b");
    const auto subscriber = subscribe({{"a", "b"}, "50,60"});
    const Event a = subscriber->next();
    const Event b = subscriber->next();
    EXPECT_EQ(a.topic + b.topic, "ab");
    EXPECT_EQ(a.after, 50U);
    EXPECT_EQ(b.after, 60U);
    EXPECT_EQ(b.first, 1U);
    EXPECT_EQ(subscriber->take(3).size(), 3U);
}

std::string name_of(const ::testing::TestParamInfo<std::tuple<Variant, int>>& info) {
    return std::get<0>(info.param).name + "_" + std::to_string(std::get<1>(info.param)) + "thread";
}

INSTANTIATE_TEST_SUITE_P(Transports, Delivery,
                         ::testing::Combine(::testing::ValuesIn(variants()), ::testing::Values(1, 2)),
                         name_of);

}  // namespace
}  // namespace pushbench::contract
