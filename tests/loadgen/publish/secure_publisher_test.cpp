// Publishing over TLS: the same requests, under a certificate that must hold.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "loadgen/measure/clock.hpp"
#include "loadgen/publish/http_courier.hpp"
#include "loadgen/publish/publish_link.hpp"
#include "loadgen/publish/url_publisher.hpp"
#include "loadgen/publish/websocket_courier.hpp"
#include "loadgen/transport/websocket/handshake.hpp"
#include "loadgen/wire/failure.hpp"
#include "wire/tls_peer.hpp"

namespace pushbench::loadgen {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// To `localhost`, of which the certificate speaks, at the peer's address.
UrlPublisherSettings secure_settings(const TlsPeer& peer, const std::string& scheme,
                                     const TlsOptions& options) {
    PublishVia via;
    via.url = scheme + "://localhost:" + std::to_string(port_of(peer.address())) + "/pub";
    via.body = "{marker}";
    RouteContext context;
    context.tls = options;
    UrlPublisherSettings settings;
    settings.route = make_route(via, context);
    settings.route.target.addresses = {peer.address()};
    settings.topics = {"t"};
    settings.make_carrier = [](const Route& to, std::uint32_t number, LetterBook& book) {
        std::unique_ptr<Courier> courier = std::make_unique<HttpCourier>(to);
        if (to.by_websocket()) courier = std::make_unique<WebSocketCourier>(to, number, "t", "");
        return std::make_unique<PublishLink>(to, std::move(courier), book);
    };
    return settings;
}

ScheduleOrder order_for(std::uint64_t count) {
    ScheduleOrder order;
    order.rate_per_s = 1000;
    order.payload_bytes = 10;
    order.topics = 1;
    order.topic = "t";
    order.count = count;
    return order;
}

/// What ended it; empty where all were published.
std::string outcome_of(Publisher& publisher, std::uint64_t count) {
    try {
        publisher.start(order_for(count));
        const std::int64_t limit_ns = now_ns() + 20 * ns_per_s;
        while (publisher.state().running && now_ns() < limit_ns)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
    } catch (const Failure& failure) {
        return failure.what();
    }
    return publisher.state().running ? "still running" : "";
}

TEST(SecurePublisher, ByHttps) {
    const Certificate certificate{CertificateOrder{}};
    const PemFile pem{certificate};
    std::atomic<int> taken{0};
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     for (;;) {
                         const std::string request = tls_read_until(ssl, ";");
                         if (!request.ends_with(';')) return;
                         EXPECT_THAT(request, AllOf(HasSubstr("POST /pub HTTP/1.1\r\nHost: localhost:"),
                                                    HasSubstr("\r\n\r\npb1:t:")));
                         ++taken;
                         tls_write(ssl, "HTTP/1.1 204 No Content\r\n\r\n");
                     }
                 }};
    UrlPublisher publisher{secure_settings(peer, "https", {.ca_file = pem.path(), .insecure = false})};
    EXPECT_EQ(outcome_of(publisher, 3), "");
    EXPECT_EQ(taken, 3);
    EXPECT_EQ(publisher.heads({"t"}), std::vector<std::uint64_t>{3});
    EXPECT_EQ(publisher.report()->errors, 0);
}

TEST(SecurePublisher, ByWss) {
    const Certificate certificate{CertificateOrder{}};
    std::atomic<std::size_t> taken_bytes{0};
    TlsPeer peer{certificate, [&](SSL* ssl) {
                     const std::string request = tls_read_until(ssl, "\r\n\r\n");
                     const auto at = request.find("Sec-WebSocket-Key: ") + 19;
                     const std::string key = request.substr(at, request.find("\r\n", at) - at);
                     tls_write(ssl,
                               "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\nSec-WebSocket-Accept: " +
                                   expected_accept(key) + "\r\n\r\n");
                     char buffer[4096];
                     for (int got = 0; (got = SSL_read(ssl, buffer, sizeof buffer)) > 0;)
                         taken_bytes += static_cast<std::size_t>(got);
                 }};
    UrlPublisher publisher{secure_settings(peer, "wss", {.ca_file = "", .insecure = true})};
    EXPECT_EQ(outcome_of(publisher, 3), "");
    EXPECT_EQ(publisher.heads({"t"}), std::vector<std::uint64_t>{3});
    const std::int64_t limit_ns = now_ns() + 20 * ns_per_s;
    while (taken_bytes < 3 * 6 && now_ns() < limit_ns) std::this_thread::yield();
    EXPECT_GE(taken_bytes, 3U * 6U) << "a frame's head and mask alone are six bytes";
}

TEST(SecurePublisher, ACertificateThatDoesNotHoldIsNamed) {
    const Certificate certificate{CertificateOrder{}};
    TlsPeer peer{certificate, [](SSL* ssl) { tls_wait_for_end(ssl); }};
    UrlPublisher publisher{secure_settings(peer, "https", {.ca_file = "", .insecure = false})};
    EXPECT_THAT(outcome_of(publisher, 1),
                AllOf(HasSubstr("--publish POST https://localhost:"), HasSubstr("certificate")));
}

}  // namespace
}  // namespace pushbench::loadgen
