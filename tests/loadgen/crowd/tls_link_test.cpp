// Links with TLS: what a subscriber sees of it, which is nothing.
#include <gmock/gmock.h>

#include <atomic>

#include "crowd/one_worker.hpp"
#include "wire/tls_peer.hpp"

namespace pushbench::loadgen {
namespace {

using testing::HasSubstr;

CrowdSettings secure(const TlsPeer& peer, const char* transport, const TlsOptions& options) {
    CrowdSettings settings;
    settings.transport = find_transport(transports(), transport);
    const auto port = std::to_string(port_of(peer.address()));
    settings.speech = our_speech(transport);
    settings.target = make_target(parse_url("https://localhost:" + port), options);
    settings.target.addresses = {peer.address()};
    settings.topics = {"default"};
    settings.poll_interval_ns = ns_per_ms;
    settings.poll_wait_ns = 25 * ns_per_s;
    return settings;
}

TEST(TlsLink, CarriesAStreamAndComesBackWithItsTicket) {
    const Certificate certificate{CertificateOrder{}};
    const PemFile pem{certificate};
    std::atomic<int> connections{0};
    TlsPeer peer{
        certificate, [&](SSL* ssl) {
            const int number = connections++;
            const std::string request = tls_read_until(ssl, "\r\n\r\n");
            EXPECT_THAT(request, HasSubstr("GET /events?topic=default HTTP/1.1\r\nHost: localhost:"));
            tls_write(ssl,
                      std::string{sse_head} + "retry: 1\n\n" + event(static_cast<std::uint64_t>(number) + 1));
            if (number != 0) tls_wait_for_end(ssl);
        }};
    Worker worker{secure(peer, "sse", {.ca_file = pem.path(), .insecure = false}), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.delivered() == 2; }))
        << worker.trouble().connect_errors.commonest();
    const Counters seen = counters_of(worker);
    EXPECT_EQ(seen.tls_handshakes, 2);
    EXPECT_EQ(seen.tls_resumptions, 1);
    EXPECT_EQ(seen.reconnects, 1);
    EXPECT_EQ(worker.ask([&] { return worker.tls_times().count(); }), 2U);
    // Bytes are those of the wire, as the kernel counts them too: certificates, tickets, records.
    EXPECT_GT(seen.bytes_in, 1000);
    const WireCounts wire = worker.ask([&] { return worker.wire(0, 1); });
    EXPECT_NEAR(static_cast<double>(seen.bytes_in), static_cast<double>(wire.bytes_in),
                2);  // TCP counts a FIN
}

TEST(TlsLink, ReadsAllOfABurst) {
    const Certificate certificate{CertificateOrder{}};
    constexpr std::uint64_t events = 20'000;  // several times what is read at once
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     tls_read_until(ssl, "\r\n\r\n");
                     std::string all = sse_head;
                     for (std::uint64_t seq = 1; seq <= events; ++seq) all += event(seq);
                     tls_write(ssl, all);
                     tls_wait_for_end(ssl);
                 }};
    Worker worker{secure(peer, "sse", {.ca_file = "", .insecure = true}), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return worker.delivered() == static_cast<std::int64_t>(events); }))
        << worker.delivered();
}

TEST(TlsLink, PollsOnOneConnection) {
    const Certificate certificate{CertificateOrder{}};
    std::atomic<int> requests{0};
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     while (!tls_read_until(ssl, "\r\n\r\n").empty()) {
                         ++requests;
                         tls_write(ssl, "HTTP/1.1 204 No Content\r\nCursor: 0\r\n\r\n");
                     }
                 }};
    Worker worker{secure(peer, "short-poll", {.ca_file = "", .insecure = true}), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return requests >= 5; }));
    EXPECT_EQ(counters_of(worker).tls_handshakes, 1);
}

TEST(TlsLink, SaysWhatIsWrongWithACertificate) {
    const Certificate certificate{CertificateOrder{}};
    TlsPeer peer{certificate, [](SSL*) {}};
    Worker worker{secure(peer, "sse", {}), 0};
    worker.start(now_ns());
    ASSERT_TRUE(eventually([&] { return !worker.trouble().connect_errors.empty(); }));
    EXPECT_THAT(worker.trouble().connect_errors.commonest(),
                HasSubstr("the certificate of localhost does not verify"));
}

}  // namespace
}  // namespace pushbench::loadgen
