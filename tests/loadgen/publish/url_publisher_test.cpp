#include "loadgen/publish/url_publisher.hpp"

#include <gmock/gmock.h>

#include <set>

#include "loadgen/measure/clock.hpp"
#include "loadgen/publish/http_courier.hpp"
#include "loadgen/publish/publish_link.hpp"
#include "loadgen/wire/failure.hpp"
#include "notify/schedule.hpp"
#include "publish/fake_api.hpp"

namespace pushbench::loadgen {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

UrlPublisherSettings settings_for(const Route& route, std::uint32_t topics = 1,
                                  std::uint32_t connections = 1) {
    UrlPublisherSettings settings;
    settings.route = route;
    for (std::uint32_t i = 0; i != topics; ++i) settings.topics.push_back(topic_name("t", i, topics));
    settings.connections = connections;
    settings.make_carrier = [](const Route& to, std::uint32_t, LetterBook& book) {
        return std::make_unique<PublishLink>(to, std::make_unique<HttpCourier>(to), book);
    };
    return settings;
}

ScheduleOrder order_of(std::uint64_t count, std::uint32_t topics = 1, double rate_per_s = 2000) {
    ScheduleOrder order;
    order.rate_per_s = rate_per_s;
    order.payload_bytes = 10;
    order.topics = topics;
    order.topic = "t";
    order.count = count;
    return order;
}

void wait_until_done(Publisher& publisher) {
    const std::int64_t limit_ns = now_ns() + 20 * ns_per_s;
    while (publisher.state().running && now_ns() < limit_ns)
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    ASSERT_FALSE(publisher.state().running);
}

std::string failure_of(Publisher& publisher) {
    try {
        wait_until_done(publisher);
    } catch (const Failure& failure) {
        return failure.what();
    }
    return "no failure";
}

TEST(UrlPublisher, PublishesAScheduleWithNumbersAndTimesInside) {
    FakeApi api{[](const std::string&, int) { return api_answer("202 Accepted"); }};
    const std::int64_t before_ns = now_ns();
    UrlPublisher publisher{
        settings_for(api.route("/pub/{topic}?n={seq}", "{\"m\":\"{marker}{payload|json}\"}"), 2)};
    publisher.start(order_of(4, 2));
    wait_until_done(publisher);
    EXPECT_THAT(publisher.heads({"t-0", "t-1", "other"}), ElementsAre(2, 2, 0));
    EXPECT_THAT(publisher.untaken({"t-0", "t-1", "other"}), ElementsAre(0, 0, 0));
    const auto requests = api.requests();
    ASSERT_EQ(requests.size(), 4U);
    EXPECT_THAT(requests[3],
                AllOf(HasSubstr("POST /pub/t-1?n=2 HTTP/1.1\r\n"), HasSubstr("{\"m\":\"pb1:t-1:2:"),
                      HasSubstr("Content-Type: application/json\r\n"), HasSubstr(";The quick \"}")));
    EXPECT_EQ(api.connections(), 1);
    const ScheduleState state = publisher.state();
    EXPECT_EQ(state.published, 4);
    EXPECT_GE(state.due_first_ns, before_ns);
    EXPECT_EQ(*state.due_last_ns - *state.due_first_ns, 1'500'000);
    const PublishReport report = *publisher.report();
    EXPECT_EQ(report.sent, 4);
    EXPECT_EQ(report.taken, 4);
    EXPECT_EQ(report.errors, 0);
    EXPECT_EQ(report.statuses, (std::map<int, std::int64_t>{{202, 4}}));
    EXPECT_EQ(report.lateness.count(), 4U);
    EXPECT_EQ(report.lateness.negative(), 0U);
    EXPECT_EQ(report.answers.count(), 4U);
    EXPECT_TRUE(report.keeps_order);
}

TEST(UrlPublisher, WhoRefusesTheFirstIsNamedWithItsWords) {
    FakeApi api{[](const std::string&, int) { return api_answer("403 Forbidden", "no\ntoken"); }};
    UrlPublisher publisher{settings_for(api.route("/publish", "{marker}"))};
    publisher.start(order_of(1));
    EXPECT_THAT(failure_of(publisher),
                AllOf(HasSubstr("--publish POST http://127.0.0.1:"),
                      HasSubstr("/publish: answered 403 Forbidden 'no token'; expected 2xx")));
    EXPECT_THAT(publisher.heads({"t"}), ElementsAre(0));
}

TEST(UrlPublisher, WhereNobodyListensIsNamed) {
    Route gone;
    {
        FakeApi api{[](const std::string&, int) { return std::string{}; }};
        gone = api.route("/publish", "{marker}");
    }
    UrlPublisher publisher{settings_for(gone)};
    publisher.start(order_of(1));
    EXPECT_THAT(failure_of(publisher), HasSubstr("/publish: cannot connect: Connection refused"));
}

TEST(UrlPublisher, LaterErrorsAreCountedAndTheirNumbersUsedAgain) {
    std::atomic<int> asked{0};
    FakeApi api{[&](const std::string&, int) {
        return ++asked == 3 ? api_answer("503 Service Unavailable") : api_answer("200 OK", "{}");
    }};
    UrlPublisher publisher{settings_for(api.route("/publish", "{marker}"))};
    publisher.start(order_of(1));
    wait_until_done(publisher);
    publisher.start(order_of(4));
    wait_until_done(publisher);
    EXPECT_THAT(publisher.heads({"t"}), ElementsAre(4));
    EXPECT_THAT(publisher.untaken({"t"}), ElementsAre(0));
    const PublishReport report = *publisher.report();
    EXPECT_EQ(report.sent, 4);
    EXPECT_EQ(report.taken, 3);
    EXPECT_EQ(report.errors, 1);
    EXPECT_EQ(report.statuses, (std::map<int, std::int64_t>{{200, 3}, {503, 1}}));
    EXPECT_THAT(report.first_error, HasSubstr("answered 503 Service Unavailable; expected 2xx"));
}

TEST(UrlPublisher, AServerThatClosesAfterEachAnswerIsPublishedToAllTheSame) {
    FakeApi api{[](const std::string&, int) { return api_answer("200 OK", "", "Connection: close\r\n"); }};
    UrlPublisher publisher{settings_for(api.route("/publish", "{marker}"))};
    publisher.start(order_of(5, 1, 200));
    wait_until_done(publisher);
    EXPECT_THAT(publisher.heads({"t"}), ElementsAre(5));
    EXPECT_GE(publisher.report()->opened, 5);
    EXPECT_EQ(publisher.report()->errors, 0);
}

TEST(UrlPublisher, ARequestThatMeetsAClosingConnectionIsSentOnceMore) {
    FakeApi api{[seen = std::make_shared<std::atomic<int>>(0)](const std::string&, int) {
        return ++*seen == 2 ? std::string{} : api_answer("200 OK");
    }};
    UrlPublisher publisher{settings_for(api.route("/publish", "{marker}"))};
    publisher.start(order_of(3, 1, 100));
    wait_until_done(publisher);
    EXPECT_THAT(publisher.heads({"t"}), ElementsAre(3));
    EXPECT_EQ(publisher.report()->sent_again, 1);
    EXPECT_EQ(publisher.report()->errors, 0);
    EXPECT_EQ(api.requests().size(), 4U);
}

TEST(UrlPublisher, SeveralConnectionsCarryOneTopicWithoutAPromiseOfOrder) {
    FakeApi api{[](const std::string&, int) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
        return api_answer("200 OK");
    }};
    UrlPublisher publisher{settings_for(api.route("/publish", "{marker}"), 1, 4)};
    publisher.start(order_of(40, 1, 500));
    wait_until_done(publisher);
    EXPECT_THAT(publisher.heads({"t"}), ElementsAre(40));
    EXPECT_EQ(api.connections(), 4);
    EXPECT_FALSE(publisher.report()->keeps_order);
}

TEST(UrlPublisher, WhatFindsNoFreeConnectionWaitsAndIsLate) {
    FakeApi api{[](const std::string&, int) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        return api_answer("200 OK");
    }};
    UrlPublisher publisher{settings_for(api.route("/publish", "{marker}"))};
    publisher.start(order_of(10, 1, 1000));
    wait_until_done(publisher);
    const PublishReport report = *publisher.report();
    EXPECT_EQ(report.held_up, 9);
    EXPECT_GE(report.lateness.max_ns(), 150 * ns_per_ms);
}

TEST(UrlPublisher, EndsWhatItWasToldToEnd) {
    FakeApi api{[](const std::string&, int) { return api_answer("200 OK"); }};
    UrlPublisher publisher{settings_for(api.route("/publish", "{marker}"))};
    publisher.start(order_of(0, 1, 100));  // without end
    while (publisher.state().published < 3) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    publisher.stop();
    EXPECT_FALSE(publisher.state().running);
    const auto heads = publisher.heads({"t"});
    EXPECT_EQ(heads[0], api.requests().size());
}

}  // namespace
}  // namespace pushbench::loadgen
