// What published text may hold of the memory: bounds in bytes and in topics, and a time to live.
#include <thread>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

using Kind = Event::Kind;

class History : public TransportTest {};

TEST_P(History, OfATopicIsBoundedInBytes) {
    start({"--history-bytes", "100000"});
    for (int i = 0; i < 20; ++i) publish(std::string(20'000, 'x'));
    const auto late = subscribe({{}, "0"});
    const Event gap = late->next();
    ASSERT_EQ(gap.kind, Kind::gap);
    EXPECT_GT(gap.first, 15U);
    EXPECT_EQ(late->take(21 - gap.first).back().seq, 20U);
}

TEST_P(History, OfAllTopicsIsBoundedInBytes) {
    start({"--all-history-bytes", "300000"});
    for (const char* topic : {"quiet", "a", "b", "c", "d"})
        for (int i = 0; i < 5; ++i) publish(std::string(20'000, 'x'), topic);
    EXPECT_EQ(subscribe({{"quiet"}, "4"})->next().kind, Kind::gap) << "published to longest ago";
    EXPECT_EQ(subscribe({{"d"}, "4"})->next().seq, 5U);
}

TEST_P(History, TheNewestIsHeldWhateverItsSize) {
    start({"--history-bytes", "4096", "--all-history-bytes", "4096"});
    publish(std::string(200'000, 'x'));
    EXPECT_EQ(subscribe({{}, "0"})->next().payload.size(), 200'000U);
}

TEST_P(History, MoreTopicsThanThereMayBeAreRefused) {
    start({"--max-topics", "3"});
    for (const char* topic : {"a", "b", "c"}) publish(topic, topic);
    const Answer refused = admin("POST", "/publish?topic=d", "x");
    EXPECT_EQ(refused.status, 507U);
    EXPECT_NE(refused.body.find("too many topics: 3"), std::string::npos) << refused.body;
    EXPECT_EQ(publish("again", "a"), 2U);
    const Answer schedule = admin("POST", "/schedule", R"({"rate":10,"topics":4})");
    EXPECT_EQ(schedule.status, 400U);
    EXPECT_NE(schedule.body.find("topics is 4, expected at most 3"), std::string::npos) << schedule.body;
}

TEST_P(History, AForgottenTopicGoesOnBehindAllThatWereForgotten) {
    start({"--topic-ttl", "200ms"});
    for (int i = 0; i < 3; ++i) publish("x", "t");
    const auto follower = subscribe({{"t"}, {}});
    while (admin("GET", "/topics").body != "{}") std::this_thread::sleep_for(std::chrono::milliseconds{20});
    EXPECT_EQ(publish("after", "t"), 4U);
    const Event event = follower->next();
    EXPECT_EQ(event.payload, "after") << "who had everything is told of no gap";
    EXPECT_EQ(event.seq, 4U);
    EXPECT_EQ(subscribe({{"t"}, "1"})->next().kind, Kind::gap);
}

INSTANTIATE_TEST_SUITE_P(Servers, History, ::testing::ValuesIn(servers()), variant_name);

}  // namespace
}  // namespace pushbench::contract
