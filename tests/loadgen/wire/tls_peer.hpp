#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "fake_peer.hpp"
#include "wire/certificates.hpp"

namespace pushbench::loadgen {

/// A server of a few lines that speaks TLS: runs `script` after the handshake of each connection it accepts,
/// one after the other. How a handshake came out is the client's business.
class TlsPeer {
 public:
    using Script = std::function<void(SSL* ssl)>;
    /// `prepare` may change the context before anybody connects.
    TlsPeer(
        const Certificate& certificate, Script script,
        const std::function<void(SSL_CTX*)>& prepare = [](SSL_CTX*) {});

    [[nodiscard]] Address address() const { return peer_.address(); }

 private:
    std::unique_ptr<SSL_CTX, OpenSslRelease> context_;
    FakePeer peer_;
};

/// Reads until `end`, gives all; what came where the connection ended first.
std::string tls_read_until(SSL* ssl, std::string_view end);
void tls_write(SSL* ssl, std::string_view bytes);
/// Waits until the client closes.
void tls_wait_for_end(SSL* ssl);

}  // namespace pushbench::loadgen
