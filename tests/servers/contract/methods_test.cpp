// Which methods there are, and what is answered to the others (RFC 9110 §9).
#include <map>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Methods : public TransportTest {
 protected:
    /// It is told which methods there are.
    Answer expect_refused(const char* method, unsigned status) {
        Answer answer = http_request(server().port(), method, GetParam().path);
        EXPECT_EQ(answer.status, status) << method;
        EXPECT_EQ(answer.header("Allow"), "GET, HEAD");
        expect_one_line(answer);
        return answer;
    }
};

TEST_P(Methods, AWrongOneIs405WithAllow) {
    start();
    for (const char* method : {"POST", "PUT", "DELETE", "PATCH"}) expect_refused(method, 405);
}

TEST_P(Methods, OneThatNoServerHereHasIs501) {
    start();
    for (const char* method : {"TRACE", "CONNECT", "BREW", "get"})
        EXPECT_EQ(expect_refused(method, 501).header("Connection"), "close") << method;
    EXPECT_EQ(http_request(server().admin_port(), "TRACE", "/metrics").status, 501U);
    EXPECT_EQ(metric("pushbench_refusals_total", "malformed"), 5U);
}

// It names an authority and no path, and what follows it is meant for another server: none of it is read.
TEST_P(Methods, NothingBehindAConnectIsServed) {
    start();
    Socket socket{server().port()};
    socket.send(
        "CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n\r\n"
        "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
    bool ended = false;
    const std::string answer = socket.read_to_end(&ended);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 501 Not Implemented\r\n")) << answer;
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << answer;
    EXPECT_TRUE(ended);
}

TEST_P(Methods, AnAnswerToHeadHasNoBody) {
    start();
    HttpClient client{server().port()};
    const std::map<std::string, unsigned> as_to_get{{"/poll", 204U}, {"/ws", 426U}, {"/events", 200U}};
    EXPECT_EQ(client.request("HEAD", GetParam().path).status, as_to_get.at(GetParam().path));
    EXPECT_EQ(client.get("/nowhere").status, 404U) << "the body of the answer before stood in the way";
    EXPECT_EQ(client.request("HEAD", "/nowhere").status, 404U);
    EXPECT_EQ(client.get("/nowhere").status, 404U);
}

TEST_P(Methods, OptionsOfTheServerAsAWholeAreAnswered) {
    start();
    const Answer answer = http_request(server().port(), "OPTIONS", "*");
    EXPECT_EQ(answer.status, 204U);
    EXPECT_EQ(answer.header("Allow"), "GET, HEAD");
}

INSTANTIATE_TEST_SUITE_P(Servers, Methods, ::testing::ValuesIn(servers()), variant_name);

}  // namespace
}  // namespace pushbench::contract
