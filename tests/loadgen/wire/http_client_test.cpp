#include "loadgen/wire/http_client.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "fake_peer.hpp"
#include "wire/failures.hpp"
#include "wire/tls_peer.hpp"

namespace pushbench::loadgen {
namespace {

constexpr auto limit = std::chrono::seconds{10};

std::string reply(const std::string& body, const std::string& more = {}) {
    return "HTTP/1.1 200 OK\r\n" + more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

Target target_of(const Address& address, const std::string& scheme = "http") {
    return make_target(parse_url(scheme + "://" + address.text), {.insecure = true});
}

TEST(HttpClient, AsksOnOneConnection) {
    std::string first;
    std::string second;
    FakePeer peer{[&](PeerConnection& connection, int) {
        first = connection.read_until("payload");
        connection.write(reply("one"));
        second = connection.read_until("\r\n\r\n");
        connection.write(reply("two"));
    }};
    HttpClient client{target_of(peer.address()), "the peer"};
    const Header mine[] = {{"X-Mine", "2"}};
    const HttpAnswer answer = client.request("POST", "/publish?topic=a", mine, "payload", limit);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.status_text, "200 OK");
    EXPECT_EQ(answer.body, "one");
    EXPECT_EQ(client.request("DELETE", "/schedule", {}, {}, limit).body, "two");
    EXPECT_EQ(client.connects(), 1);
    EXPECT_EQ(first, "POST /publish?topic=a HTTP/1.1\r\nHost: " + peer.address().text +
                         "\r\nX-Mine: 2\r\nContent-Length: 7\r\n\r\npayload");
    EXPECT_EQ(second, "DELETE /schedule HTTP/1.1\r\nHost: " + peer.address().text + "\r\n\r\n");
}

TEST(HttpClient, ConnectsAgainWhereTheServerCloses) {
    FakePeer peer{[](PeerConnection& connection, int number) {
        connection.read_until("\r\n\r\n");
        // Said; said by HTTP/1.0 and the body's end; not said at all.
        if (number == 0) connection.write(reply("a", "Connection: close\r\n"));
        if (number == 1) connection.write("HTTP/1.0 200 OK\r\n\r\nb");
        if (number >= 2) connection.write(reply("c"));
    }};
    HttpClient client{target_of(peer.address()), "the peer"};
    std::string bodies;
    for (int i = 0; i != 5; ++i) bodies += client.request("GET", "/", {}, {}, limit).body;
    EXPECT_EQ(bodies, "abccc");
    EXPECT_EQ(client.connects(), 5);
}

TEST(HttpClient, OverTlsToo) {
    const Certificate certificate{CertificateOrder{}};
    TlsPeer peer{certificate, [](SSL* ssl) {
                     for (const char* body : {"one", "two"}) {
                         tls_read_until(ssl, "\r\n\r\n");
                         tls_write(ssl, reply(body));
                     }
                     tls_wait_for_end(ssl);
                 }};
    HttpClient client{target_of(peer.address(), "https"), "the peer"};
    EXPECT_EQ(client.request("GET", "/", {}, {}, limit).body, "one");
    EXPECT_EQ(client.request("GET", "/", {}, {}, limit).body, "two") << "tickets that came are no end";
    EXPECT_EQ(client.connects(), 1);
}

TEST(HttpClient, TriesEachAddress) {
    FakePeer peer{[](PeerConnection& connection, int) {
        while (!connection.read_until("\r\n\r\n").empty()) connection.write(reply("x"));
    }};
    Target target = target_of(peer.address());
    target.addresses.insert(target.addresses.begin(), resolve_all("127.0.0.1", 1).at(0));
    HttpClient client{target, "the peer"};
    EXPECT_EQ(client.request("GET", "/", {}, {}, limit).body, "x");
}

TEST(HttpClient, SaysInOneLineWhatIsWrong) {
    const std::vector<std::string> answers = {
        "SSH-2.0\r\n", "", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n"};
    FakePeer peer{[answers](PeerConnection& connection, int number) {
        connection.read_until("\r\n\r\n");
        connection.write(answers.at(static_cast<std::size_t>(number)));
    }};
    HttpClient client{target_of(peer.address()), "the peer", "is one there?"};
    const auto failure = [&] {
        return failure_of([&] { (void)client.request("GET", "/x", {}, {}, limit); });
    };
    EXPECT_EQ(failure(), "the peer answered GET /x with something that is not HTTP/1.1; is one there?");
    EXPECT_EQ(failure(), "the peer closed before it answered GET /x; is one there?");
    EXPECT_EQ(failure(),
              "the peer broke off its answer to GET /x: the server closed the connection; is one there?");
    EXPECT_EQ(
        failure(),
        "the peer answered GET /x with a Transfer-Encoding that is not chunked alone, which nobody asked "
        "for; is one there?");
    EXPECT_EQ(failure(), "the peer answered GET /x with 101, which nobody asked for; is one there?");
    HttpClient nobody{target_of(resolve("127.0.0.1:1", "--admin")), "the peer", "is one there?"};
    EXPECT_EQ(failure_of([&] { (void)nobody.request("GET", "/", {}, {}, limit); }),
              "cannot connect to the peer: Connection refused; is one there?");
}

TEST(HttpClient, DoesNotWaitForEver) {
    FakePeer peer{[](PeerConnection& connection, int) { connection.read_until("never"); }};
    HttpClient client{target_of(peer.address()), "the peer"};
    EXPECT_EQ(failure_of([&] { (void)client.request("GET", "/", {}, {}, std::chrono::milliseconds{20}); }),
              "no answer within 20.0 ms from the peer");
}

TEST(HttpClient, PublishesNothingTwice) {
    std::atomic<int> requests{0};
    FakePeer peer{[&](PeerConnection& connection, int) {
        while (!connection.read_until("payload").empty()) {
            if (++requests % 2 == 0) return;  // every second one is taken, and not answered
            connection.write(reply("x"));
        }
    }};
    HttpClient client{target_of(peer.address()), "the peer"};
    EXPECT_EQ(client.request("POST", "/", {}, "payload", limit).body, "x");
    EXPECT_EQ(failure_of([&] { (void)client.request("POST", "/", {}, "payload", limit); }),
              "the peer closed before it answered POST /");
    EXPECT_EQ(requests, 2);
    EXPECT_EQ(client.request("PUT", "/", {}, "payload", limit).body, "x");
    EXPECT_EQ(client.request("PUT", "/", {}, "payload", limit).body, "x") << "asked again: it does no harm";
    EXPECT_EQ(requests, 5);
}

}  // namespace
}  // namespace pushbench::loadgen
