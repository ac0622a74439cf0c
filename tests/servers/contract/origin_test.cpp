// Which pages of other origins may use a server.
#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

const std::string kPage = "https://page.example";

class Origins : public TransportTest {
 protected:
    /// The status of a subscription by a page of `origin`, and its CORS headers.
    Answer subscribe_from(const std::string& origin) {
        HttpClient client{server().port()};
        Headers headers{{"Origin", origin}};
        if (GetParam().path == "/ws")
            headers.insert(headers.end(), {{"Connection", "Upgrade"},
                                           {"Upgrade", "websocket"},
                                           {"Sec-WebSocket-Version", "13"},
                                           {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}});
        client.send("GET", GetParam().path, {}, headers);
        const std::string head = client.socket().read_until("\r\n\r\n");
        Answer answer;
        answer.status = head.size() < 12 ? 0 : static_cast<unsigned>(std::stoul(head.substr(9, 3)));
        answer.body = head;
        return answer;
    }
    bool websocket() const { return GetParam().path == "/ws"; }
};

TEST_P(Origins, NoneButItsOwnByDefault) {
    start();
    const Answer foreign = subscribe_from(kPage);
    EXPECT_EQ(foreign.body.find("Access-Control-Allow-Origin"), std::string::npos);
    if (!websocket()) return;  // elsewhere the browser keeps the answer from the page
    EXPECT_EQ(foreign.status, 403U);
    EXPECT_EQ(subscribe_from("http://127.0.0.1").status, 101U) << "the request's Host says 127.0.0.1";
    EXPECT_EQ(subscribe_from("null").status, 403U);
    EXPECT_EQ(subscribe_from("http://127.0.0.1.evil.example").status, 403U);
    EXPECT_EQ(metric("pushbench_connections_refused_total"), 3U);
}

TEST_P(Origins, AListedOneIsLetIn) {
    start({"--allow-origin", "https://other.example", "--allow-origin", kPage});
    const Answer listed = subscribe_from(kPage);
    const Answer unlisted = subscribe_from(kPage + ".evil.example");
    if (websocket()) {
        EXPECT_EQ(listed.status, 101U);
        EXPECT_EQ(unlisted.status, 403U);
        return;
    }
    EXPECT_NE(listed.body.find("Access-Control-Allow-Origin: " + kPage + "\r\n"), std::string::npos);
    EXPECT_NE(listed.body.find("Vary: Origin\r\n"), std::string::npos);
    EXPECT_EQ(unlisted.body.find("Access-Control-Allow-Origin"), std::string::npos);
    EXPECT_NE(unlisted.body.find("Vary: Origin\r\n"), std::string::npos) << "caches must keep them apart";
}

TEST_P(Origins, AStarLetsAllIn) {
    start({"--allow-origin", "*"});
    const Answer answer = subscribe_from(kPage);
    if (websocket())
        EXPECT_EQ(answer.status, 101U);
    else
        EXPECT_NE(answer.body.find("Access-Control-Allow-Origin: *\r\n"), std::string::npos);
}

TEST_P(Origins, ErrorsCanBeReadByThePageAsWell) {
    start({"--allow-origin", kPage});
    EXPECT_EQ(ask("/nowhere", {{"Origin", kPage}}).header("Access-Control-Allow-Origin"), kPage);
}

TEST_P(Origins, APreflightIsAnswered) {
    start({"--allow-origin", kPage});
    const Headers headers{{"Origin", kPage},
                          {"Access-Control-Request-Method", "GET"},
                          {"Access-Control-Request-Headers", "last-event-id"}};
    const Answer answer = http_request(server().port(), "OPTIONS", GetParam().path, {}, headers);
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), kPage);
    EXPECT_NE(answer.header("Access-Control-Allow-Methods").find("GET"), std::string::npos);
    EXPECT_NE(answer.header("Access-Control-Allow-Headers").find("Last-Event-ID"), std::string::npos);
    EXPECT_EQ(answer.body, "");
}

INSTANTIATE_TEST_SUITE_P(Servers, Origins, ::testing::ValuesIn(servers()), variant_name);

}  // namespace
}  // namespace pushbench::contract
