#include <gtest/gtest.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include "wire/driver.hpp"
#include "wire/tls_peer.hpp"

namespace pushbench::loadgen {
namespace {

using Prepare = std::function<void(SSL_CTX*)>;
const Prepare as_it_comes = [](SSL_CTX*) {};
const Prepare only_tls12 = [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); };

struct Tls : testing::Test {
    Certificate certificate{CertificateOrder{}};
    TlsContext context{{.ca_file = "", .insecure = true}};
};

TEST_F(Tls, SpeaksAsSoonAsHandsAreShaken) {
    std::string name;
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
                     tls_write(ssl, "you said " + tls_read_until(ssl, "\n"));
                     tls_wait_for_end(ssl);
                 }};
    Driver client{peer.address(), context};
    ASSERT_EQ(client.handshake(), Io::done);
    const TlsSession& tls = *client.channel().tls();
    EXPECT_EQ(tls.version(), "TLSv1.3");
    EXPECT_TRUE(tls.cipher().starts_with("TLS_")) << tls.cipher();
    EXPECT_EQ(tls.protocol(), "http/1.1");
    EXPECT_GT(tls.handshake_ns(), 0);
    EXPECT_FALSE(tls.resumed());
    client.write("hello\n");
    EXPECT_EQ(client.read(15), "you said hello\n");
    EXPECT_EQ(name, "localhost");
}

TEST_F(Tls, NamesNoServerWhereThereIsOnlyAnAddress) {
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
                     tls_write(ssl, name == nullptr ? "-" : "n");
                     tls_wait_for_end(ssl);
                 }};
    for (const auto& [host, named] : std::vector<std::pair<std::string, std::string>>{
             {"127.0.0.1", "-"}, {"::1", "-"}, {"fe80::1%lo", "-"}, {"example.org", "n"}}) {
        Driver client{peer.address(), context, host};
        EXPECT_EQ(client.read(1), named) << host;
    }
}

TEST_F(Tls, ReadsManyRecordsAtOnceAndOneInSeveralReads) {
    TlsPeer peer{certificate, [](SSL* ssl) {
                     for (const char* piece : {"one ", "two ", "three"}) tls_write(ssl, piece);
                     tls_read_until(ssl, "next");
                     tls_write(ssl, std::string(16'000, 'x'));
                     tls_wait_for_end(ssl);
                 }};
    Driver client{peer.address(), context};
    EXPECT_EQ(client.read(13), "one two three");
    char buffer[256];
    const IoResult nothing = client.channel().read(buffer, sizeof buffer);  // tickets perhaps, but no data
    EXPECT_EQ(nothing.state, Io::want_read);
    EXPECT_FALSE(nothing.more);
    client.write("next");
    EXPECT_EQ(client.read(100), std::string(100, 'x'));
    EXPECT_TRUE(client.last().more) << "the rest of the record lies in OpenSSL, where no epoll sees it";
    EXPECT_EQ(client.read(15'900), std::string(15'900, 'x'));
}

TEST_F(Tls, WritesOnWhereItWasHeldUp) {
    std::string all;
    for (int i = 0; all.size() < 20'000'000; ++i) all += std::to_string(i) + ' ';  // more than a kernel holds
    all += "end";
    std::mutex mutex;
    std::string received;
    std::unique_lock held{mutex};
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     const std::lock_guard lock{mutex};  // reads nothing until the client could write no more
                     received = tls_read_until(ssl, "end");
                     tls_write(ssl, "!");
                     tls_wait_for_end(ssl);
                 }};
    Driver client{peer.address(), context};
    std::size_t at = 0;
    bool held_up = false;
    while (at != all.size()) {
        // Each time elsewhere in memory, as a Link's unsent bytes may be, and longer than before.
        const std::string part = all.substr(at, held_up ? 50'000 : 40'000);
        const IoResult sent = client.channel().write(part);
        if (sent.state == Io::want_write && !held_up) {
            held_up = true;
            held.unlock();
        }
        if (sent.state != Io::done && !client.wait(POLLOUT)) break;
        at += sent.bytes;
    }
    EXPECT_TRUE(held_up);
    EXPECT_EQ(client.read(1), "!");
    EXPECT_TRUE(received == all) << received.size();
}

TEST_F(Tls, TellsAnEndFromACut) {
    std::atomic<bool> cut{false};
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     tls_write(ssl, "last words");
                     if (!cut) SSL_shutdown(ssl);
                 }};
    for (const bool how : {false, true}) {
        cut = how;
        Driver client{peer.address(), context};
        ASSERT_EQ(client.handshake(), Io::done);
        EXPECT_EQ(client.read(10), "last words");
        EXPECT_EQ(client.end(), how ? Io::truncated : Io::closed);
        EXPECT_EQ(client.end(), how ? Io::truncated : Io::closed) << "and says so again";
        EXPECT_EQ(client.channel().write("x").state, how ? Io::truncated : Io::closed);
        EXPECT_EQ(client.channel().describe(client.last()).find("close_notify") != std::string::npos, how);
    }
}

// Edge-triggered, the end is told once, together with what came before it.
TEST_F(Tls, ReadsToAnEndThatCameBehindTickets) {
    TlsPeer peer{certificate, [](SSL*) {}};
    Driver client{peer.address(), context};
    ASSERT_EQ(client.handshake(), Io::done);
    ASSERT_TRUE(client.wait(POLLRDHUP));
    char buffer[256];
    IoResult got = client.channel().read(buffer, sizeof buffer);
    while (got.more) got = client.channel().read(buffer, sizeof buffer);
    EXPECT_EQ(got.state, Io::truncated);
}

TEST_F(Tls, SeesAnEndThatCameBehindAPartOfTheHandshake) {
    FakePeer peer{[](PeerConnection& connection, int) {
        char hello[4096];
        while (recv(connection.fd(), hello, sizeof hello, 0) < 0) continue;
        connection.write({"\x16\x03\x03", 3});  // a record begins
    }};
    const int fd = start_connect(peer.address(), 0);
    Channel channel{fd, context.start(fd, "localhost", Resume::no)};
    const auto wait = [&](short events) {
        pollfd waited{fd, events, 0};
        return poll(&waited, 1, 10'000) == 1;
    };
    ASSERT_TRUE(wait(POLLOUT));
    ASSERT_EQ(channel.handshake(), Io::want_read);
    ASSERT_TRUE(wait(POLLRDHUP));
    EXPECT_EQ(channel.handshake(), Io::closed);
}

TEST_F(Tls, SaysGoodbye) {
    std::atomic<int> how{0};
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     char byte = 0;
                     how = SSL_get_error(ssl, SSL_read(ssl, &byte, 1));
                 }};
    {
        Driver client{peer.address(), context};
        ASSERT_EQ(client.handshake(), Io::done);
        client.channel().close();
        EXPECT_FALSE(client.channel().is_open());
        // The next connection is accepted when the script for this one has ended.
        Driver next{peer.address(), context};
        EXPECT_EQ(how, SSL_ERROR_ZERO_RETURN);
    }
}

TEST_F(Tls, ResumesWithATicketOnlyWhereAsked) {
    for (const Prepare& prepare : {as_it_comes, only_tls12}) {
        TlsContext fresh{{.ca_file = "", .insecure = true}};
        TlsPeer peer{certificate,
                     [](SSL* ssl) {
                         tls_write(ssl, "x");  // the tickets of TLS 1.3 come before it
                         tls_read_until(ssl, "cut");
                     },
                     prepare};
        const auto resumed = [&](Resume resume) {
            Driver client{peer.address(), fresh, "localhost", resume};
            EXPECT_EQ(client.handshake(), Io::done);
            EXPECT_EQ(client.read(1), "x");
            client.write("cut");
            EXPECT_EQ(client.end(), Io::truncated);
            return client.channel().tls()->resumed();
        };
        EXPECT_FALSE(resumed(Resume::yes)) << "there is no ticket yet";
        EXPECT_TRUE(resumed(Resume::yes));
        EXPECT_TRUE(resumed(Resume::yes)) << "whether the second one brought a new ticket or not";
        EXPECT_TRUE(resumed(Resume::yes));
        EXPECT_FALSE(resumed(Resume::no));
        EXPECT_TRUE(resumed(Resume::yes)) << "though the last one was cut";
    }
}

TEST_F(Tls, TakesNewKeysAndGivesThem) {
    TlsPeer peer{certificate, [](SSL* ssl) {
                     SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED);
                     tls_write(ssl, "new");
                     tls_read_until(ssl, "keys");
                     tls_write(ssl, "!");
                     tls_wait_for_end(ssl);
                 }};
    Driver client{peer.address(), context};
    EXPECT_EQ(client.read(3), "new");
    client.write("keys");
    EXPECT_EQ(client.read(1), "!");
}

TEST_F(Tls, RefusesToNegotiateAgain) {
    std::atomic<int> reason{0};
    TlsPeer peer{certificate,
                 [&](SSL* ssl) {
                     SSL_renegotiate(ssl);
                     SSL_do_handshake(ssl);  // asks, and goes on
                     ERR_clear_error();
                     char byte = 0;
                     SSL_read(ssl, &byte, 1);
                     reason = ERR_GET_REASON(ERR_peek_error());
                 },
                 only_tls12};
    Driver client{peer.address(), context};
    ASSERT_EQ(client.handshake(), Io::done);
    EXPECT_TRUE(is_over(client.end())) << "such a server gives up";
    Driver next{peer.address(), context};  // its script runs when the first has ended
    EXPECT_EQ(reason, SSL_R_NO_RENEGOTIATION);
}

TEST_F(Tls, RefusesWhatIsOlderThanTls12) {
    TlsPeer peer{certificate, tls_wait_for_end, [](SSL_CTX* context) {
                     SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
                     SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
                     SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
                 }};
    const Driver client{peer.address(), context};
    EXPECT_EQ(client.handshake(), Io::failed);
    EXPECT_EQ(client.trouble(), "the TLS handshake with localhost failed: tlsv1 alert protocol version");
}

TEST_F(Tls, SaysThatThereIsNone) {
    FakePeer peer{[](PeerConnection& connection, int number) {
        if (number == 0) connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        shutdown(connection.fd(), SHUT_WR);
        connection.read_until("never");  // to close on unread bytes would be a reset
    }};
    {
        const Driver plain{peer.address(), context};
        EXPECT_EQ(plain.trouble(),
                  "the TLS handshake with localhost failed: what answers there is not TLS; give http:// or "
                  "ws://, or another port");
    }
    const Driver closing{peer.address(), context};
    EXPECT_EQ(closing.trouble(), "the server closed the connection in the TLS handshake");
}

}  // namespace
}  // namespace pushbench::loadgen
