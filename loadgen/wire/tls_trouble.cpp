// What a failed TLS session says of itself.
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <cstring>

#include "loadgen/wire/tls.hpp"

namespace pushbench::loadgen {
namespace {

/// What helps depends on what is wrong: an unknown authority can be named, an old certificate cannot be
/// mended from here.
std::string certificate_advice(long problem) {
    switch (problem) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "give --insecure to measure nevertheless";
        default:
            return "give --ca FILE or --insecure";
    }
}

}  // namespace

std::string TlsSession::trouble() const {
    if (verified_ != X509_V_OK)
        return "the certificate of " + host_.name +
               " does not verify: " + X509_verify_cert_error_string(verified_) + "; " +
               certificate_advice(verified_);
    const std::string what = done_ ? "TLS with " : "the TLS handshake with ";
    if (reason_ == 0)
        return what + host_.name + " failed: " +
               (socket_.error == 0 ? "for no reason that OpenSSL tells" : std::strerror(socket_.error));
    const int reason = ERR_GET_REASON(reason_);
    const bool spoke_no_tls = reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
                              reason == SSL_R_PACKET_LENGTH_TOO_LONG;
    if (!done_ && spoke_no_tls)
        return what + host_.name +
               " failed: what answers there is not TLS; give http:// or ws://, or another port";
    const char* text = ERR_reason_error_string(reason_);
    return what + host_.name + " failed: " + (text != nullptr ? text : "unknown reason");
}

}  // namespace pushbench::loadgen
