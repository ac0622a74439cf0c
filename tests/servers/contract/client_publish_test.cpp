// What clients publish by a request beside their stream or their polls.
#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class ClientPublish : public TransportTest {
 protected:
    Answer say(const std::string& text, const std::string& target = "/publish", const Headers& headers = {}) {
        return http_request(server().port(), "POST", target, text, headers);
    }
};

TEST_P(ClientPublish, ReachesWhoFollowsTheTopic) {
    start({"--allow-publish", "--threads", "2"});
    const auto here = subscribe();
    const auto there = subscribe({.topics = {"room 1"}, .after = {}, .receive_buffer_bytes = 0});
    const Answer answer = say("ünïcödé ☃");
    EXPECT_EQ(answer.status, 202U);
    EXPECT_EQ(answer.header("Content-Length"), "0");
    EXPECT_EQ(here->next().payload, "ünïcödé ☃");
    EXPECT_EQ(say("", "/publish?topic=" + url_encode("room 1")).status, 202U);
    const Event event = there->next();
    EXPECT_EQ(event.payload, "");
    EXPECT_EQ(event.topic, "room 1");
    EXPECT_EQ(metric("pushbench_notifications_total"), 2U);
}

TEST_P(ClientPublish, IsThereOnlyWhenAskedFor) {
    start();
    EXPECT_EQ(say("hello").status, 404U);
    EXPECT_EQ(metric("pushbench_notifications_total"), 0U);
}

TEST_P(ClientPublish, RefusesInOneLine) {
    start({"--allow-publish", "--max-message-bytes", "5000"});
    EXPECT_EQ(say(std::string(5000, 'x')).status, 202U);
    for (const auto& [answer, status, word] :
         {std::tuple{say("\xff"), 400U, "UTF-8"}, std::tuple{say("x", "/publish?topic="), 400U, "topic"},
          std::tuple{say(std::string(5001, 'x')), 413U, "5000"},
          std::tuple{http_request(server().port(), "GET", "/publish"), 405U, "POST"},
          std::tuple{say("x", "/publish", {{"Origin", "http://elsewhere.example"}}), 403U, "elsewhere"}}) {
        EXPECT_EQ(answer.status, status) << word;
        expect_one_line(answer);
        EXPECT_NE(answer.body.find(word), std::string::npos) << answer.body;
    }
    EXPECT_TRUE(metric_reaches("pushbench_notifications_total", 1));
}

// A page's POST of plain text is sent by any browser without asking: what it may not read it must not do.
TEST_P(ClientPublish, TakesThePagesThatAreListed) {
    start({"--allow-publish", "--allow-origin", "http://listed.example"});
    const Answer listed = say("x", "/publish", {{"Origin", "http://listed.example"}});
    EXPECT_EQ(listed.status, 202U);
    EXPECT_EQ(listed.header("Access-Control-Allow-Origin"), "http://listed.example");
    EXPECT_EQ(say("x", "/publish", {{"Origin", "null"}}).status, 403U);
}

INSTANTIATE_TEST_SUITE_P(Servers, ClientPublish, ::testing::ValuesIn(servers()), variant_name);

}  // namespace
}  // namespace pushbench::contract
