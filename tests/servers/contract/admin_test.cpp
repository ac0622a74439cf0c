// The admin port, which is the same on each server.
#include <algorithm>
#include <chrono>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

double unix_seconds() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class AdminPort : public TransportTest {};

TEST_P(AdminPort, NumbersEachTopicFromOne) {
    start();
    EXPECT_EQ(publish("x"), 1U);
    EXPECT_EQ(publish("y"), 2U);
    EXPECT_EQ(publish("z", "other"), 1U);
    EXPECT_EQ(admin("GET", "/topics").body, R"({"default":2,"other":1})");
    EXPECT_EQ(admin("POST", "/publish", "without a topic").body, R"({"seq":3})");
}

TEST_P(AdminPort, RefusesWhatIsNotUtf8) {
    start();
    for (const char* body : {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
        const Answer answer = admin("POST", "/publish", body);
        EXPECT_EQ(answer.status, 400U);
        EXPECT_NE(answer.body.find("UTF-8"), std::string::npos) << answer.body;
    }
    EXPECT_EQ(admin("POST", "/publish?topic=%ff", "x").status, 400U);
    EXPECT_EQ(admin("POST", "/publish?topic=", "x").status, 400U);
    EXPECT_EQ(admin("POST", "/publish?topic=%0a", "x").status, 400U);
    EXPECT_EQ(admin("GET", "/topics").body, "{}");
}

TEST_P(AdminPort, RefusesBadSchedulesInOneLine) {
    start();
    for (const char* body : {"",
                             "[]",
                             "{",
                             "rate=5",
                             "{}",
                             R"({"rate":0})",
                             R"({"rate":-1})",
                             R"({"rate":"fast"})",
                             R"({"rate":1e300})",
                             R"({"rate":1e-300})",
                             R"({"rate":1e-12})",
                             R"({"rate":5,"topics":0})",
                             R"({"rate":5,"topics":1.5})",
                             R"({"rate":5,"payload_bytes":-1})",
                             R"({"rate":5,"payload_bytes":99999999})",
                             R"({"rate":5,"arrival":"never"})",
                             R"({"rate":5,"seed":-1})",
                             R"({"rate":5,"count":"all"})",
                             R"({"rate":5,"topic":""})",
                             R"({"rate":5,"burst":1})",
                             R"({"rate":5,"bu\nrst":1})"}) {
        const Answer answer = admin("POST", "/schedule", body);
        EXPECT_EQ(answer.status, 400U) << body;
        EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), '\n'), 1) << answer.body;
        EXPECT_NE(answer.body.find("expected"), std::string::npos) << answer.body;
    }
    EXPECT_EQ(metric("pushbench_notifications_total"), 0U);
}

TEST_P(AdminPort, RunsOneScheduleAtATimeUntilItIsEnded) {
    start();
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":200,"count":0})").status, 202U);
    EXPECT_EQ(admin("POST", "/schedule", R"({"rate":1,"count":1})").status, 409U);
    EXPECT_TRUE(eventually([&] { return metric("pushbench_notifications_total") >= 5; }));
    const auto status = boost::json::parse(admin("GET", "/schedule").body);
    EXPECT_TRUE(status.at("running").as_bool());
    EXPECT_GE(status.at("published").as_int64(), 5);
    EXPECT_EQ(admin("DELETE", "/schedule").status, 200U);
    EXPECT_FALSE(boost::json::parse(admin("GET", "/schedule").body).at("running").as_bool());
    const auto published = metric("pushbench_notifications_total");
    EXPECT_EQ(admin("POST", "/schedule", R"({"rate":1000,"count":3})").status, 202U);
    EXPECT_TRUE(metric_reaches("pushbench_notifications_total", published + 3));
    EXPECT_EQ(admin("DELETE", "/schedule").status, 200U) << "ending what has ended does no harm";
}

TEST_P(AdminPort, SpreadsAScheduleOverTopics) {
    start();
    ASSERT_EQ(admin("POST", "/schedule", R"({"rate":5000,"count":10,"topics":4,"topic":"t"})").status, 202U);
    EXPECT_TRUE(metric_reaches("pushbench_notifications_total", 10));
    EXPECT_EQ(admin("GET", "/topics").body, R"({"t-0":3,"t-1":3,"t-2":2,"t-3":2})");
    ASSERT_EQ(admin("POST", "/schedule",
                    R"({"rate":5000,"count":50,"topics":2,"topic":"p","arrival":"poisson","seed":7})")
                  .status,
              202U);
    EXPECT_TRUE(metric_reaches("pushbench_notifications_total", 60));
    const auto heads = boost::json::parse(admin("GET", "/topics").body);
    EXPECT_EQ(heads.at("p-0").as_int64() + heads.at("p-1").as_int64(), 50);
}

TEST_P(AdminPort, HasMetricsInPrometheusText) {
    start();
    const Answer answer = admin("GET", "/metrics");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_TRUE(answer.header("Content-Type").starts_with("text/plain"));
    for (const char* name : {"connections", "connections_accepted_total", "connections_refused_total",
                             "notifications_total", "deliveries_total", "bytes_sent_total", "writes_total",
                             "gaps_total", "requests_total", "empty_polls_total", "heartbeats_total"}) {
        EXPECT_NE(answer.body.find("\n# TYPE pushbench_" + std::string{name} + " "), std::string::npos)
            << name;
        EXPECT_EQ(metric("pushbench_" + std::string{name}), 0U) << name;
    }
    EXPECT_NE(answer.body.find("\nprocess_cpu_seconds_total "), std::string::npos);
    EXPECT_TRUE(answer.body.ends_with('\n'));
}

TEST_P(AdminPort, TellsWhatTheHeapHolds) {
    if (kSanitized) GTEST_SKIP() << "a sanitizer brings an allocator of its own";
    start({"--history", "1000"});
    const auto before_bytes = metric("pushbench_heap_used_bytes");
    EXPECT_GT(before_bytes, 0U);
    EXPECT_LT(metric("pushbench_heap_free_bytes"), 64U << 20) << "is there";
    const std::string payload(10'000, 'x');
    for (int i = 0; i < 400; ++i) publish(payload);
    const auto grown_bytes = metric("pushbench_heap_used_bytes") - before_bytes;
    EXPECT_GE(grown_bytes, 4'000'000U);
    EXPECT_LT(grown_bytes, 8'000'000U) << "in the log, once";
}

TEST_P(AdminPort, TellsWhenTheProcessStarted) {
    const auto start_s = [&] {
        const std::string text = admin("GET", "/metrics").body;
        const auto line = text.find("\nprocess_start_time_seconds ");
        return line == std::string::npos ? 0.0 : std::stod(text.substr(text.find(' ', line)));
    };
    const double before_s = unix_seconds();
    start();
    const double first_s = start_s();
    EXPECT_GE(first_s, before_s);
    EXPECT_LE(first_s, unix_seconds());
    publish("x");
    EXPECT_EQ(start_s(), first_s) << "the same as long as it runs";
    start();
    EXPECT_GT(start_s(), first_s) << "another process";
}

TEST_P(AdminPort, AnswersWrongRequestsAndServesOn) {
    start();
    EXPECT_EQ(admin("GET", "/publish").status, 405U);
    EXPECT_EQ(admin("PUT", "/schedule").header("Allow"), "GET, HEAD, POST, DELETE");
    EXPECT_EQ(admin("GET", "/").status, 404U);
    Socket big{server().admin_port()};
    big.send("POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n");
    EXPECT_TRUE(big.read_to_end().starts_with("HTTP/1.1 413 "));
    EXPECT_EQ(publish(std::string(1024 * 1024, 'm')), 1U) << "1 MiB is still right";
    EXPECT_EQ(admin("GET", "/healthz").status, 200U);
}

TEST_P(AdminPort, TakesBodiesInChunksAndWaitsForThoseWhoAskFirst) {
    start();
    Socket socket{server().admin_port()};
    const std::string post = "POST /publish HTTP/1.1\r\nHost: localhost\r\n";
    socket.send(post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.send("ok");
    EXPECT_NE(socket.read_until("{\"seq\":1}").find("200 OK"), std::string::npos);
    socket.send(post + "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nTrailer: z\r\n\r\n");
    EXPECT_NE(socket.read_until("{\"seq\":2}").find("200 OK"), std::string::npos);
    std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 17; ++i) chunked += "10000\r\n" + std::string(0x10000, 'c') + "\r\n";
    socket.send(chunked);
    EXPECT_TRUE(socket.read_to_end().starts_with("HTTP/1.1 413 "));
}

// The first answer waits for nobody's body, and does not end what the second request is still sending.
TEST_P(AdminPort, AnswersWhatCameBeforeABodyThatIsStillToCome) {
    start();
    const std::string last = "POST /publish HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    for (const char* expect : {"", "Expect: 100-continue\r\n"}) {
        Socket socket{server().admin_port()};
        socket.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + last + expect +
                    "Content-Length: 2\r\n\r\n");
        EXPECT_TRUE(socket.read_until("ok\n").starts_with("HTTP/1.1 200 "));
        const std::string go_on = *expect == '\0' ? "" : "HTTP/1.1 100 Continue\r\n\r\n";
        EXPECT_EQ(socket.read_exactly(go_on.size()), go_on);
        socket.send("ok");
        EXPECT_NE(socket.read_to_end().find("{\"seq\":"), std::string::npos);
    }
}

TEST_P(AdminPort, AnswersHead) {
    start();
    HttpClient client{server().admin_port()};
    EXPECT_EQ(client.request("HEAD", "/healthz").status, 200U);
    EXPECT_EQ(client.request("HEAD", "/metrics").status, 200U);
    EXPECT_EQ(client.request("HEAD", "/publish").status, 405U);
    EXPECT_EQ(client.get("/healthz").body, "ok\n");
}

// A page that somebody visits can send a simple request anywhere, and its browser asks nobody before.
TEST_P(AdminPort, ServesNoPageOfAnotherOrigin) {
    start({"--allow-origin", "https://page.example"});
    const auto ask_as = [&](const std::string& name, const std::string& value,
                            const char* target = "/publish", const char* method = "POST") {
        return http_request(server().admin_port(), method, target, "x",
                            {{name, value}, {"Content-Type", "text/plain"}});
    };
    for (const char* origin :
         {"https://page.example", "https://evil.example", "null", "http://127.0.0.1:1"}) {
        EXPECT_EQ(ask_as("Origin", origin).status, 403U) << origin;
        EXPECT_EQ(ask_as("Origin", origin, "/schedule").status, 403U) << origin;
        EXPECT_FALSE(ask_as("Origin", origin).has("Access-Control-Allow-Origin"));
        EXPECT_FALSE(ask_as("Origin", origin, "/schedule", "OPTIONS").has("Access-Control-Allow-Methods"));
    }
    EXPECT_EQ(ask_as("Sec-Fetch-Site", "cross-site").status, 403U);
    EXPECT_EQ(ask_as("Sec-Fetch-Site", "same-site").status, 403U);
    EXPECT_EQ(admin("GET", "/topics").body, "{}") << "nothing was published";
    EXPECT_EQ(ask_as("Sec-Fetch-Site", "none").status, 200U);
    EXPECT_EQ(ask_as("Origin", "http://127.0.0.1").status, 200U) << "the request's Host says 127.0.0.1";
    EXPECT_EQ(metric("pushbench_refusals_total", "origin"), 18U);
}

TEST_P(AdminPort, IsNotKnownByAForeignName) {
    start();
    Socket socket{server().admin_port()};
    socket.send("GET /topics HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    EXPECT_TRUE(socket.read_to_end().starts_with("HTTP/1.1 421 "));
}

TEST_P(AdminPort, AsksForTheTokenOfItsFile) {
    const TemporaryFile file{"s3cret-token\n", 0600};
    ServerProcess server{{GetParam().server, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
                          "--admin-token-file", file.path()}};
    const auto status = [&](const std::string& shown) {
        return http_request(server.admin_port(), "POST", "/publish", "x", {{"Authorization", shown}}).status;
    };
    const Answer without = http_request(server.admin_port(), "GET", "/topics");
    EXPECT_EQ(without.status, 401U);
    EXPECT_EQ(without.header("WWW-Authenticate"), "Bearer");
    for (const char* wrong : {"", "s3cret-token", "Bearer", "Bearer ", "Bearer s3cret-toke",
                              "Bearer s3cret-tokens", "Basic s3cret-token"})
        EXPECT_EQ(status(wrong), 401U) << wrong;
    EXPECT_EQ(status("Bearer s3cret-token"), 200U);
    EXPECT_EQ(status("bearer s3cret-token"), 200U);
    EXPECT_EQ(http_request(server.port(), "GET", "/nowhere").status, 404U) << "subscribers need none";
}

INSTANTIATE_TEST_SUITE_P(Servers, AdminPort, ::testing::ValuesIn(servers()), variant_name);

}  // namespace
}  // namespace pushbench::contract
