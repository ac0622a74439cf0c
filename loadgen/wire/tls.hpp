#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "loadgen/wire/tls_session.hpp"

struct ssl_ctx_st;
struct ssl_session_st;
struct x509_st;

namespace pushbench::loadgen {

struct TlsOptions {
    std::string ca_file{};  ///< PEM, in place of the system's authorities; empty: the system's
    bool insecure = false;  ///< certificates are not checked at all
};

/// Whether a connection begins with the ticket that an earlier one to the same host was given.
enum class Resume : std::uint8_t { no, yes };

struct TlsRelease {
    void operator()(ssl_session_st* session) const;
    void operator()(ssl_ctx_st* context) const;
    void operator()(x509_st* certificate) const;
};

/// What is known of one server name: the newest ticket it has given, and the certificates it has shown.
struct TlsHost {
    std::string name;    ///< as in a URL; IPv6 without brackets
    bool is_ip = false;  ///< then no SNI is sent (RFC 6066 §3), and the certificate has to name the address
    std::mutex mutex;
    std::unique_ptr<ssl_session_st, TlsRelease> ticket;
    std::vector<std::unique_ptr<x509_st, TlsRelease>> certificates;
};

/// What all TLS connections of a trial share: authorities, settings, tickets. TLS 1.2 and newer, ALPN
/// http/1.1, certificates checked for chain and name, renegotiation refused. May be used by several threads.
class TlsContext {
 public:
    /// Throws Failure where the file of authorities cannot be used.
    explicit TlsContext(const TlsOptions& options);

    /// A session on a socket to `host`. Several clients may begin with the same ticket: what a server has to
    /// do for a resumption does not depend on whose it was. Let a client resume only when it comes back, or
    /// its first handshakes would cost less than those of the clients that it stands for.
    [[nodiscard]] std::unique_ptr<TlsSession> start(int fd, const std::string& host, Resume resume);

 private:
    TlsHost& host_of(const std::string& name);

    std::unique_ptr<ssl_ctx_st, TlsRelease> context_;
    std::mutex mutex_;
    std::map<std::string, TlsHost> hosts_;
};

}  // namespace pushbench::loadgen
