// What is polling's alone.
#include <thread>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Polling : public ServerTest {
 protected:
    void start(const std::vector<std::string>& more = {}) { ServerTest::start(variant("LongPoll"), more); }
    static boost::json::value body_of(const Answer& answer) { return boost::json::parse(answer.body); }
    /// Of a cursor, what comes behind the server's life.
    static std::string number_in(const std::string& cursor) { return cursor.substr(cursor.find('-') + 1); }
    static std::string number_of(const boost::json::value& body) {
        return number_in(std::string{body.at("cursor").as_string()});
    }
    /// Waits until `count` requests have arrived: those that got no answer are parked.
    void await_requests(std::uint64_t count) {
        ASSERT_TRUE(metric_reaches("pushbench_requests_total", count));
    }
};

TEST_F(Polling, AnswersInTheFormOfTheContract) {
    start();
    publish_many(2);
    const Answer answer = ask("/poll?after=0");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(answer.header("Cache-Control"), "no-cache");
    EXPECT_EQ(number_of(body_of(answer)), "2");
    EXPECT_NE(answer.body.find(R"(-2","notifications":[{"seq":1,)"), std::string::npos) << answer.body;
    EXPECT_EQ(body_of(answer).at("notifications").as_array().size(), 2U);
    EXPECT_EQ(number_of(body_of(ask("/poll?topic=default&topic=b&after=0"))), "2,0");
}

TEST_F(Polling, NothingNewIs204) {
    start();
    publish_many(3);
    const Answer without = ask("/poll");
    EXPECT_EQ(without.status, 204U);
    EXPECT_EQ(number_in(without.header("Cursor")), "3");
    EXPECT_FALSE(without.has("Content-Length"));
    const Answer with = ask("/poll?after=3");
    EXPECT_EQ(with.status, 204U);
    EXPECT_FALSE(with.has("Cursor"));
    EXPECT_EQ(number_in(ask("/poll?topic=default&topic=b").header("Cursor")), "3,0");
    EXPECT_EQ(metric("pushbench_empty_polls_total"), 3U);
}

// As caches and many client libraries ask: the address stays, and the tag says what is there already.
TEST_F(Polling, WhoNamesTheTagOfWhatItHasGets304) {
    start();
    publish_many(3);
    const Answer first = ask("/poll");
    const std::string tag = first.header("ETag");
    EXPECT_EQ(tag, "\"" + first.header("Cursor") + "\"");
    const Answer same = ask("/poll", {{"If-None-Match", tag}});
    EXPECT_EQ(same.status, 304U);
    EXPECT_EQ(same.header("ETag"), tag);
    EXPECT_FALSE(same.has("Content-Length") || same.has("Content-Type"));
    EXPECT_EQ(ask("/poll", {{"If-None-Match", "W/" + tag}}).status, 304U);
    EXPECT_EQ(ask("/poll?wait=30ms", {{"If-None-Match", tag}}).status, 304U) << "parked, and its time is up";
    publish("new");
    const Answer changed = ask("/poll", {{"If-None-Match", tag}});
    EXPECT_EQ(changed.status, 200U);
    EXPECT_EQ(body_of(changed).at("notifications").as_array().size(), 1U);
    EXPECT_EQ(changed.header("ETag"), "\"" + std::string{body_of(changed).at("cursor").as_string()} + "\"");
    EXPECT_EQ(ask("/poll?after=4", {{"If-None-Match", tag}}).status, 204U) << "after= goes first";
    for (const char* other : {"*", "\"33a64df5\"", "17", "\"", ""})
        EXPECT_EQ(ask("/poll", {{"If-None-Match", other}}).status, 204U) << other;
    EXPECT_EQ(metric("pushbench_empty_polls_total"), 10U);
}

TEST_F(Polling, NothingNewIsAnEmptyListForWhoWantsOne) {
    start();
    publish_many(3);
    for (const char* from :
         {"/poll?empty=200", "/poll?after=3&empty=200", "/poll?after=3&empty=200&wait=30ms"}) {
        const Answer answer = ask(from);
        EXPECT_EQ(answer.status, 200U) << from;
        EXPECT_EQ(number_of(body_of(answer)), "3") << from;
        EXPECT_TRUE(body_of(answer).at("notifications").as_array().empty()) << from;
    }
    EXPECT_EQ(ask("/poll?after=3&empty=204").status, 204U);
    for (const char* bad : {"", "304", "yes"}) {
        const Answer answer = ask("/poll?after=3&empty=" + std::string{bad});
        EXPECT_EQ(answer.status, 400U) << bad;
        EXPECT_NE(answer.body.find("expected 200 or 204"), std::string::npos) << answer.body;
    }
}

TEST_F(Polling, ABadWaitIs400AndSaysWhatIsRight) {
    start();
    for (const char* wait : {"5", "x", "-1s", "11m", "1e9s", "", "1s,2s"}) {
        const Answer answer = ask("/poll?wait=" + std::string{wait});
        EXPECT_EQ(answer.status, 400U) << wait;
        EXPECT_NE(answer.body.find("such as"), std::string::npos) << answer.body;
    }
    EXPECT_EQ(ask("/poll?wait=0").status, 204U);
}

TEST_F(Polling, AnAnswerIsBoundedAndTheRestComesNext) {
    start({"--history", "4096"});
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":1000000,"payload_bytes":1,"count":1500})").status, 202U);
    ASSERT_TRUE(metric_reaches("pushbench_notifications_total", 1500));
    const auto first = body_of(ask("/poll?after=0"));
    EXPECT_EQ(first.at("notifications").as_array().size(), 1024U);
    EXPECT_EQ(number_of(first), "1024");
    EXPECT_EQ(body_of(ask("/poll?after=1024")).at("notifications").as_array().size(), 476U);
    for (int i = 0; i < 4; ++i) publish(std::string(100 * 1024, 'x'), "large");
    EXPECT_EQ(body_of(ask("/poll?topic=large&after=0")).at("notifications").as_array().size(), 2U);
    publish(std::string(600 * 1024, 'x'), "huge");
    EXPECT_EQ(body_of(ask("/poll?topic=huge&after=0")).at("notifications").as_array().size(), 1U)
        << "one is always sent, whatever its size";
}

TEST_F(Polling, AParkedRequestIsAnsweredByAPublish) {
    start({"--header-timeout", "100ms", "--idle-timeout", "100ms"});  // neither is for parked requests
    HttpClient client{server().port()};
    client.send("GET", "/poll?after=0&wait=30s");
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    publish("now");
    const Answer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(number_of(body_of(answer)), "1");
}

TEST_F(Polling, AParkedRequestIsAnsweredEmptyWhenItsTimeIsUp) {
    start();
    HttpClient client{server().port()};
    EXPECT_EQ(client.get("/poll?wait=50ms").status, 204U);
    EXPECT_EQ(number_in(client.get("/poll?wait=50ms").header("Cursor")), "0") << "and the connection is kept";
}

TEST_F(Polling, AParkedRequestIsAnsweredEmptyAtShutdown) {
    start();
    HttpClient client{server().port()};
    client.send("GET", "/poll?wait=60s");
    await_requests(1);
    server().signal(15);
    const Answer answer = client.read_answer();
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(server().wait_exit(std::chrono::milliseconds{5000}), 0);
}

// Whoever is to be told of a gap is not kept waiting for news.
TEST_F(Polling, ARequestAheadOfTheServerIsToldAtOnce) {
    start();
    const auto empty = body_of(ask("/poll?after=100&wait=30s"));
    EXPECT_EQ(empty.at("gaps").at(0).at("after").as_int64(), 100);
    EXPECT_EQ(empty.at("gaps").at(0).at("first").as_int64(), 1);
    EXPECT_EQ(empty.at("gaps").at(0).at("cursor"), empty.at("cursor"));
    EXPECT_EQ(number_of(empty), "0");
    EXPECT_TRUE(empty.at("notifications").as_array().empty());
    publish("one");
    const auto held = body_of(ask("/poll?after=100&wait=30s"));
    EXPECT_EQ(held.at("notifications").as_array().size(), 1U);
    EXPECT_EQ(number_of(held), "1");
}

// The answer to many parked requests is put together once; each must still get what it asked for.
TEST_F(Polling, ManyParkedRequestsGetEachTheirOwnAnswer) {
    start({"--history", "5"});
    publish_many(4, "a");
    std::vector<std::unique_ptr<HttpClient>> clients;
    const std::vector<std::string> queries{"topic=a&after=4", "topic=a&after=4",           "topic=b&after=0",
                                           "topic=a&after=4", "topic=a&topic=b&after=4,0", "topic=b"};
    for (const std::string& query : queries) {
        clients.push_back(std::make_unique<HttpClient>(server().port()));
        clients.back()->send("GET", "/poll?wait=30s&" + query);
    }
    await_requests(queries.size());
    publish("for a", "a");
    for (const std::size_t i : {0U, 1U, 3U, 4U})
        EXPECT_EQ(body_of(clients[i]->read_answer()).at("notifications").at(0).at("payload"), "for a");
    publish("for b", "b");
    for (const std::size_t i : {2U, 5U})
        EXPECT_EQ(body_of(clients[i]->read_answer()).at("notifications").at(0).at("payload"), "for b");
    const auto gap = body_of(ask("/poll?topic=a&after=0"));
    EXPECT_FALSE(gap.as_object().contains("gaps"));
    publish("sixth", "a");
    const auto lost = body_of(ask("/poll?topic=a&after=0"));
    EXPECT_EQ(lost.at("gaps").at(0).at("first").as_int64(), 2);
    EXPECT_EQ(lost.at("notifications").as_array().size(), 5U);
}

TEST_F(Polling, RequestsSentAheadOfAParkedOneWaitTheirTurn) {
    start();
    HttpClient client{server().port()};
    client.send("GET", "/poll?after=0&wait=30s");
    client.send("GET", "/poll?after=1&wait=30s");
    client.send("GET", "/nowhere");
    await_requests(1);
    publish("one");
    EXPECT_EQ(number_of(body_of(client.read_answer())), "1");
    publish("two");
    EXPECT_EQ(number_of(body_of(client.read_answer())), "2");
    EXPECT_EQ(client.read_answer().status, 404U);
}

// More than is kept ahead of a parked poll, and more than one read brings: TCP holds it back.
TEST_F(Polling, AMegabyteSentAheadOfAParkedOneWaitsItsTurn) {
    start();
    HttpClient client{server().port()};
    client.send("GET", "/poll?after=0&wait=30s");
    await_requests(1);
    constexpr int kRequests = 10'000;
    std::string all;
    for (int i = 0; i < kRequests; ++i)
        all += "GET /no-such-path/" + std::string(64, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    std::thread sender{[&] { client.socket().send(all); }};
    publish("one");
    EXPECT_EQ(number_of(body_of(client.read_answer())), "1");
    int answered = 0;
    while (answered < kRequests && client.read_answer().status == 404U) ++answered;
    sender.join();
    EXPECT_EQ(answered, kRequests);
}

// What is ready at once leaves together: a write for each would cost more than all the rest.
TEST_F(Polling, AThousandPollsSentAheadAreAnsweredByFewWrites) {
    start();
    constexpr int kPolls = 1000;
    const std::string poll = "GET /poll?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    publish("one");
    HttpClient client{server().port()};
    std::string all;
    for (int i = 0; i < kPolls; ++i) all += poll;
    const std::uint64_t before = metric("pushbench_writes_total");
    ASSERT_TRUE(client.socket().send(all));
    for (int i = 0; i < kPolls; ++i) ASSERT_EQ(number_of(body_of(client.read_answer())), "1") << i;
    const std::uint64_t writes = metric("pushbench_writes_total") - before;
    EXPECT_GE(metric("pushbench_bytes_sent_total"), 200U * kPolls);
    EXPECT_LT(writes, kPolls / 10U);
}

// Answers that wait for the request behind them keep their place before whatever that one is.
TEST_F(Polling, AnswersStayInOrderWhateverComesBehindThem) {
    start();
    publish("one");
    const std::string poll = "GET /poll?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    Socket socket{server().port()};
    socket.send(poll + "HEAD /poll HTTP/1.1\r\nHost: localhost\r\n\r\n" + poll +
                "GET /poll?after=1&wait=30s HTTP/1.1\r\nHost: localhost\r\n\r\n" + "not HTTP\r\n\r\n");
    EXPECT_NE(socket.read_until("]}").find("one"), std::string::npos);
    EXPECT_TRUE(socket.read_until("\r\n\r\n").starts_with("HTTP/1.1 204 ")) << "of HEAD";
    EXPECT_NE(socket.read_until("]}").find("one"), std::string::npos) << "nobody waits for the parked one";
    publish("two");
    EXPECT_NE(socket.read_until("]}").find("two"), std::string::npos);
    EXPECT_TRUE(socket.read_to_end().starts_with("HTTP/1.1 400 "));
}

TEST_F(Polling, AClientThatHasSaidAllItHasToSayIsAnswered) {
    start();
    Socket socket{server().port()};
    socket.send("GET /poll HTTP/1.1\r\nHost: localhost\r\n\r\n");
    socket.finish_sending();
    EXPECT_TRUE(socket.read_to_end().starts_with("HTTP/1.1 204 "));
}

TEST_F(Polling, AParkedClientThatLeavesIsForgotten) {
    start();
    for (int i = 0; i < 20; ++i) {
        HttpClient client{server().port()};
        client.send("GET", "/poll?wait=60s");
        if (i % 2 == 0) client.socket().reset();
    }
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
    publish("to nobody");
    EXPECT_EQ(metric("pushbench_deliveries_total"), 0U);
}

}  // namespace
}  // namespace pushbench::contract
