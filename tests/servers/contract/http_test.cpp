// HTTP as every server speaks it on its listen port, well and badly formed.
#include <thread>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Http : public TransportTest {
 protected:
    /// Sends bytes as they are and gives all that comes back until the server closes.
    std::string exchange(std::string_view bytes, bool* ended = nullptr, bool on_admin_port = false) {
        Socket socket{on_admin_port ? server().admin_port() : server().port()};
        socket.send(bytes);
        return socket.read_to_end(ended);
    }
    void expect_status(std::string_view bytes, const std::string& status, bool on_admin_port = false) {
        bool ended = false;
        const std::string answer = exchange(bytes, &ended, on_admin_port);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status + " "))
            << bytes.substr(0, 60) << " -> " << answer;
        EXPECT_TRUE(ended) << "the connection must end after " << status;
    }
    void expect_status_on_both_ports(std::string_view bytes, const std::string& status) {
        expect_status(bytes, status);
        expect_status(bytes, status, true);
    }
};

TEST_P(Http, AnUnknownPathIs404AndNamesTheRightOne) {
    start();
    const Answer answer = ask("/nowhere?x=1");
    EXPECT_EQ(answer.status, 404U);
    EXPECT_NE(answer.body.find(GetParam().path), std::string::npos) << answer.body;
    expect_one_line(answer);
}

TEST_P(Http, BadCursorsAndTopicsAre400InOneLine) {
    start();
    const std::string path = GetParam().path;
    Headers headers;
    if (path == "/ws")
        headers = {{"Connection", "Upgrade"},
                   {"Upgrade", "websocket"},
                   {"Sec-WebSocket-Version", "13"},
                   {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
    for (const char* query :
         {"after=x", "after=", "after=-1", "after=1,2", "after=1,", "after=,1", "after=1.5", "after=0x10",
          "after=99999999999999999999", "after=1%0a2", "topic=", "topic=%0a", "topic=%ff", "topic=%c3",
          "topic=a&topic=b&after=1,2,3", "topic=a&topic=b&after=1,", "after=%201"}) {
        const Answer answer = ask(path + "?" + query, headers);
        EXPECT_EQ(answer.status, 400U) << query;
        EXPECT_NE(answer.body.find("expected"), std::string::npos) << answer.body;
        expect_one_line(answer);
    }
    EXPECT_EQ(ask(path + "?topic=" + std::string(129, 't'), headers).status, 400U);
    std::string many = path + "?";
    for (int i = 0; i < 65; ++i) many += "topic=t" + std::to_string(i) + "&";
    EXPECT_EQ(ask(many, headers).status, 400U);
    EXPECT_EQ(metric("pushbench_refusals_total", "too_many_topics"), 1U);
}

// The reader's own test has a table of all that the standard says; here: every port has that reader.
TEST_P(Http, MalformedRequestsAreRefused) {
    start();
    const std::string host = "Host: localhost\r\n";
    expect_status_on_both_ports("what is this\r\n\r\n", "400");
    expect_status_on_both_ports("GET\r\n\r\n", "400");
    expect_status_on_both_ports("GET /poll HTTP/9.9\r\n" + host + "\r\n", "505");
    expect_status_on_both_ports("GET /poll HTTP/1.1\r\n" + host + "No colon here\r\n\r\n", "400");
    expect_status_on_both_ports("GET /poll HTTP/1.1\r\n" + host + "Bad name: x\r\n\r\n", "400");
    expect_status_on_both_ports("GET /poll HTTP/1.1\r\n\r\n", "400");
    expect_status_on_both_ports("GET /poll HTTP/1.1\r\n" + host + host + "\r\n", "400");
    expect_status_on_both_ports("GET /poll HTTP/1.1\r\nHost: a b/c@\r\n\r\n", "400");
    expect_status_on_both_ports("POST /poll HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\n", "400");
    expect_status_on_both_ports(
        "POST /poll HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "400");
    expect_status_on_both_ports("POST /poll HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n", "400");
    expect_status_on_both_ports("POST /poll HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n",
                                "501");
    expect_status_on_both_ports(std::string("\0\x01\x02\xff\r\n\r\n", 8), "400");
    expect_status_on_both_ports("\x16\x03\x01\x02", "400");  // a TLS client
}

// A page whose own name points here, by a name server of its own (DNS rebinding).
TEST_P(Http, AForeignHostIs421) {
    start();
    const std::string get = "GET " + GetParam().path + " HTTP/1.1\r\n";
    for (const char* host :
         {"evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example"})
        expect_status(get + "Host: " + host + "\r\n\r\n", "421");
    expect_status("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "421");
    EXPECT_TRUE(metric_reaches("pushbench_refusals_total", 5, "host"));
    for (const char* host : {"localhost", "LocalHost:1", "db", "127.0.0.1", "[::1]:80", "10.1.2.3:8080"})
        expect_status("GET /nowhere HTTP/1.1\r\nConnection: close\r\nHost: " + std::string{host} + "\r\n\r\n",
                      "404");
}

TEST_P(Http, AHostThatIsAllowedIsServed) {
    start({"--allow-host", "push.example"});
    const std::string get = "GET /nowhere HTTP/1.1\r\nConnection: close\r\nHost: ";
    expect_status(get + "Push.Example:8443\r\n\r\n", "404");
    expect_status(get + "push.example.evil\r\n\r\n", "421");
    start({"--allow-host", "*"});
    expect_status(get + "any.example\r\n\r\n", "404");
}

TEST_P(Http, ConnectionLinesAreOneList) {
    start();
    expect_status("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: x\r\nConnection: y, Close\r\n\r\n",
                  "404");
}

TEST_P(Http, RequestsOfHttp10AreToldThatTheConnectionIsKept) {
    start();
    HttpClient client{server().port()};
    for (int i = 0; i < 2; ++i) {
        client.socket().send("GET /nowhere HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        const Answer answer = client.read_answer();
        EXPECT_EQ(answer.status, 404U);
        EXPECT_EQ(answer.header("Connection"), "keep-alive");
    }
}

TEST_P(Http, AnAnswerHasADate) {
    start();
    EXPECT_TRUE(ask("/nowhere").header("Date").ends_with(" GMT"));
}

TEST_P(Http, ARequestCutShortIs408) {
    start({"--header-timeout", "200ms"});
    expect_status("GET /nowhere HTTP/1.1\r\nHost:", "408");
}

TEST_P(Http, MalformedTargetsAre400) {
    start();
    for (const char* target : {"/%zz", "nowhere", "/a b", "*", "http://elsewhere/x"}) {
        bool ended = false;
        const std::string answer = exchange(
            std::string("GET ") + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            &ended);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << target << " -> " << answer;
        EXPECT_TRUE(ended);
    }
}

TEST_P(Http, HeadersAndTargetsHaveLimits) {
    start();
    const std::string get = "GET " + GetParam().path;
    const std::string host = " HTTP/1.1\r\nHost: localhost\r\n";
    expect_status(get + host + "X: " + std::string(9 * 1024, 'x') + "\r\n\r\n", "431");
    expect_status(get + host + "X: " + std::string(100 * 1024, 'x'), "431");  // and it never ends
    expect_status(get + "?x=" + std::string(9 * 1024, 'x') + host + "\r\n", "414");
    expect_status(get + "?x=" + std::string(100 * 1024, 'x'), "414");  // and it never ends
    EXPECT_TRUE(metric_reaches("pushbench_refusals_total", 2, "header_too_large"));
    EXPECT_TRUE(metric_reaches("pushbench_refusals_total", 2, "target_too_long"));
}

// Nothing here takes one, so none is read: it is not held, however large it says it is.
TEST_P(Http, ABodyIsRefusedUnread) {
    start();
    const std::string host = " HTTP/1.1\r\nHost: localhost\r\n";
    for (const char* announced :
         {"Content-Length: 1000000000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n",
          "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"}) {
        expect_status("POST " + GetParam().path + host + announced, "405");
        expect_status("POST /nowhere" + host + announced, "404");
        expect_status("GET " + GetParam().path + host + announced, "413");
    }
    EXPECT_EQ(http_request(server().port(), "POST", "/nowhere", std::string(1024 * 1024, 'b')).status, 404U);
}

TEST_P(Http, PipelinedRequestsAreAnsweredInOrder) {
    start();
    HttpClient client{server().port()};
    std::string all;
    for (int i = 0; i < 50; ++i) all += "GET /n" + std::to_string(i) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.socket().send(all);
    for (int i = 0; i < 50; ++i) {
        const Answer answer = client.read_answer();
        ASSERT_EQ(answer.status, 404U) << i;
        EXPECT_NE(answer.body.find("/n" + std::to_string(i) + "'"), std::string::npos) << answer.body;
    }
}

// More than the server takes from one client before the others have their turn.
TEST_P(Http, AMegabyteOfRequestsIsAnsweredToTheLast) {
    start();
    constexpr int kRequests = 25'000;
    HttpClient client{server().port()};
    std::string all;
    for (int i = 0; i < kRequests; ++i) all += "GET /no-such-path HTTP/1.1\r\nHost: localhost\r\n\r\n";
    std::thread sender{[&] { client.socket().send(all); }};
    int answered = 0;
    while (answered < kRequests && client.read_answer().status == 404U) ++answered;
    sender.join();
    EXPECT_EQ(answered, kRequests);
}

TEST_P(Http, RequestsMayComeByteByByte) {
    start();
    HttpClient client{server().port()};
    const std::string request = "\r\nGET /nowhere HTTP/1.1\r\nHost: localhost\r\nX: hello\r\n\r\n";
    for (int round = 0; round < 2; ++round) {
        for (const char c : request) client.socket().send({&c, 1});
        EXPECT_EQ(client.read_answer().status, 404U);
    }
}

TEST_P(Http, ConnectionCloseIsObeyed) {
    start();
    bool ended = false;
    const std::string answer =
        exchange("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", &ended);
    EXPECT_TRUE(ended);
    EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
    exchange("GET /nowhere HTTP/1.0\r\n\r\n", &ended);
    EXPECT_TRUE(ended);
}

TEST_P(Http, AfterAllThatItServesOn) {
    start();
    for (int i = 0; i < 30; ++i) {
        exchange("rubbish\r\n\r\n");
        Socket{server().port()}.send("GET / HTTP/1.1\r\n");
    }
    const auto subscriber = subscribe();
    publish("fine");
    EXPECT_EQ(subscriber->next().payload, "fine");
}

INSTANTIATE_TEST_SUITE_P(Servers, Http, ::testing::ValuesIn(servers()), variant_name);

}  // namespace
}  // namespace pushbench::contract
