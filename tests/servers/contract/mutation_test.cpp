// Requests and frames that are almost right. The server may answer what it likes; it must live and serve on.
#include <random>

#include "servers/contract/fixture.hpp"

namespace pushbench::contract {
namespace {

class Mutation : public TransportTest {
 protected:
    /// Changes, drops, doubles or cuts some bytes.
    std::string mutate(std::string bytes) {
        const auto pick = [this](std::size_t below) { return random_() % below; };
        for (std::size_t i = 1 + pick(4); i > 0 && !bytes.empty(); --i) {
            const std::size_t at = pick(bytes.size());
            switch (pick(4)) {
                case 0:
                    bytes[at] = static_cast<char>(pick(256));
                    break;
                case 1:
                    bytes.erase(at, 1 + pick(3));
                    break;
                case 2:
                    bytes.insert(at, bytes.substr(at, 1 + pick(20)));
                    break;
                default:
                    if (pick(4) == 0) bytes.resize(at);
            }
        }
        return bytes;
    }
    std::mt19937 random_{20230};  // NOLINT(cert-msc51-cpp): every run is to try the same
};

TEST_P(Mutation, OfRequestsAndFramesLeavesTheServerServing) {
    start(
        {"--allow-origin", "*", "--header-timeout", "300ms", "--heartbeat", "100ms", "--log-level", "error"});
    const std::string request =
        "GET " + GetParam().path +
        "?topic=a&topic=b&after=1,2&wait=10ms HTTP/1.1\r\nHost: localhost\r\nOrigin: http://y\r\n"
        "Last-Event-ID: 1,2\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const std::string body = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    const std::string frames{
        "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x89\x80\0\0\0\0\x88\x82\0\0\0\0\x03\xe8", 25};
    for (int i = 0; i < 400; ++i) {
        Socket socket{server().port()};
        if (i % 3 == 0) {
            socket.send(mutate(request + body) + mutate(request + "\r\n"));
        } else {
            socket.send(request + "\r\n" + mutate(frames));
            socket.send(mutate(frames));
        }
        if (i % 10 == 0) {
            publish("for those who listen", i % 20 == 0 ? "a" : "b");
            socket.read();
        }
        if (i % 2 == 0) socket.reset();
    }
    EXPECT_TRUE(metric_reaches("pushbench_connections", 0));
    const auto subscriber = subscribe();
    publish("alive");
    EXPECT_EQ(subscriber->next().payload, "alive");
    expect_graceful_end();
    EXPECT_EQ(server().errors(), "");
}

TEST_P(Mutation, OfAdminRequestsLeavesTheServerServing) {
    start();
    for (int i = 0; i < 200; ++i) {
        const std::string json =
            R"({"rate":1000,"payload_bytes":9,"arrival":"poisson","seed":1,"topics":2,"count":5})";
        const std::string sent = mutate(json);
        const Answer answer = admin("POST", "/schedule", sent);
        EXPECT_TRUE(answer.status == 202 || answer.status == 400 || answer.status == 409) << sent;
        if (answer.status == 202) admin("DELETE", "/schedule");
    }
    EXPECT_EQ(admin("GET", "/healthz").status, 200U);
}

INSTANTIATE_TEST_SUITE_P(Servers, Mutation, ::testing::ValuesIn(servers()), variant_name);
INSTANTIATE_TEST_SUITE_P(Beast, Mutation, ::testing::Values(variant("WebSocketBeast")), variant_name);

}  // namespace
}  // namespace pushbench::contract
