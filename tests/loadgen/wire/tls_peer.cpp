#include "wire/tls_peer.hpp"

#include <openssl/err.h>

#include <csignal>

namespace pushbench::loadgen {
namespace {

/// Static: OpenSSL keeps a pointer into it.
constexpr unsigned char ours[] = "\x08http/1.1";

SSL_CTX* make_context(const Certificate& certificate, const std::function<void(SSL_CTX*)>& prepare) {
    std::signal(SIGPIPE, SIG_IGN);  // a client that has gone must not end the test
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context, certificate.get());
    SSL_CTX_use_PrivateKey(context, certificate.key());
    const auto choose_http = [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                                unsigned in_size, void*) {
        unsigned char* chosen = nullptr;
        const int found = SSL_select_next_proto(&chosen, size, ours, sizeof ours - 1, in, in_size);
        *out = chosen;
        return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
    };
    SSL_CTX_set_alpn_select_cb(context, choose_http, nullptr);
    prepare(context);
    return context;
}

void talk(SSL_CTX* context, const TlsPeer::Script& script, const PeerConnection& connection) {
    const std::unique_ptr<SSL, OpenSslRelease> ssl{SSL_new(context)};
    SSL_set_fd(ssl.get(), connection.fd());
    if (SSL_accept(ssl.get()) == 1) script(ssl.get());
    // What a test cuts shall not keep its session from being resumed.
    SSL_set_shutdown(ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    ERR_clear_error();
}

}  // namespace

TlsPeer::TlsPeer(const Certificate& certificate, Script script, const std::function<void(SSL_CTX*)>& prepare)
    : context_{make_context(certificate, prepare)},
      peer_{[context = context_.get(), script = std::move(script)](PeerConnection& connection, int) {
          talk(context, script, connection);
      }} {}

std::string tls_read_until(SSL* ssl, std::string_view end) {
    std::string all;
    char buffer[4096];
    while (!std::string_view{all}.ends_with(end) || all.empty()) {
        const int got = SSL_read(ssl, buffer, sizeof buffer);
        if (got <= 0) return all;
        all.append(buffer, static_cast<std::size_t>(got));
    }
    return all;
}

void tls_write(SSL* ssl, std::string_view bytes) {
    SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size()));
}

void tls_wait_for_end(SSL* ssl) {
    char buffer[4096];
    while (SSL_read(ssl, buffer, sizeof buffer) > 0) continue;
}

}  // namespace pushbench::loadgen
