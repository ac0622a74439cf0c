#include "loadgen/wire/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

bool is_ip(const std::string& host) {
    unsigned char address[sizeof(in6_addr)];
    return inet_pton(AF_INET, host.c_str(), address) == 1 || inet_pton(AF_INET6, host.c_str(), address) == 1;
}

/// The name as certificates and SNI have it: without the root's dot, an address without its zone.
std::string bare_name(const std::string& host) {
    std::string name = host.substr(0, host.find('%'));
    if (name.ends_with('.')) name.pop_back();
    return name;
}

/// OpenSSL's callback for a ticket that came. 0: the session's reference stays OpenSSL's.
int keep_ticket(SSL* ssl, SSL_SESSION* session) {
    TlsSession& owner = *static_cast<TlsSession*>(SSL_get_app_data(ssl));
    owner.on_ticket();
    TlsHost& host = owner.host();
    const std::lock_guard lock{host.mutex};
    SSL_SESSION_up_ref(session);
    host.ticket.reset(session);
    return 0;
}

/// OpenSSL takes a ticket of TLS 1.3 that was used once for one that cannot be used again: it gets a copy.
/// One of TLS 1.2 may be shared, and then all connections share its 1 KiB as well.
void offer_ticket(SSL* ssl, SSL_SESSION* ticket) {
    const bool used_up = SSL_SESSION_get_protocol_version(ticket) >= TLS1_3_VERSION;
    if (used_up) ticket = SSL_SESSION_dup(ticket);
    if (ticket != nullptr) SSL_set_session(ssl, ticket);
    if (used_up) SSL_SESSION_free(ticket);
}

/// The one copy that is kept of a certificate for all connections. A server has few; past some it is no use.
X509* shared_copy(TlsHost& host, X509* certificate) {
    const std::lock_guard lock{host.mutex};
    for (const auto& kept : host.certificates)
        if (X509_cmp(kept.get(), certificate) == 0) return kept.get();
    if (host.certificates.size() == 16) return nullptr;
    X509_up_ref(certificate);
    host.certificates.emplace_back(certificate);
    return certificate;
}

/// OpenSSL's callback in place of its own check, which it calls: before that it puts what ten thousand
/// connections are shown alike in one place. A certificate and its key take 5 KiB.
int verify_shared(X509_STORE_CTX* check, void* /*argument*/) {
    auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(check, SSL_get_ex_data_X509_STORE_CTX_idx()));
    TlsHost& host = static_cast<TlsSession*>(SSL_get_app_data(ssl))->host();
    STACK_OF(X509)* chain = X509_STORE_CTX_get0_untrusted(check);  // the session's own
    X509* const leaf = X509_STORE_CTX_get0_cert(check);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        X509* const own = sk_X509_value(chain, i);
        X509* const shared = shared_copy(host, own);
        if (shared == nullptr || shared == own) continue;
        X509_up_ref(shared);
        sk_X509_set(chain, i, shared);
        if (own == leaf) X509_STORE_CTX_set_cert(check, shared);
        X509_free(own);
    }
    return X509_verify_cert(check);
}

void load_authorities(SSL_CTX* context, const std::string& file) {
    if (file.empty()) {
        SSL_CTX_set_default_verify_paths(
            context);  // where there are none, each certificate fails, and says so
        return;
    }
    if (!std::ifstream{file}) throw Failure("--ca '" + file + "' cannot be read: " + std::strerror(errno));
    if (SSL_CTX_load_verify_file(context, file.c_str()) == 1) return;
    ERR_clear_error();
    throw Failure("--ca '" + file +
                  "' holds no certificate; expected a file in PEM form (BEGIN CERTIFICATE)");
}

/// Who the certificate has to be for, and what to say of it in the clear.
void name_peer(SSL* ssl, const TlsHost& host) {
    X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
    if (host.is_ip) {
        X509_VERIFY_PARAM_set1_ip_asc(param, host.name.c_str());
        return;
    }
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    X509_VERIFY_PARAM_set1_host(param, host.name.c_str(), host.name.size());
    SSL_set_tlsext_host_name(ssl, host.name.c_str());
}

}  // namespace

void TlsRelease::operator()(ssl_session_st* session) const {
    SSL_SESSION_free(session);
}

void TlsRelease::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

void TlsRelease::operator()(x509_st* certificate) const {
    X509_free(certificate);
}

TlsContext::TlsContext(const TlsOptions& options) : context_{SSL_CTX_new(TLS_client_method())} {
    SSL_CTX* context = context_.get();
    if (context == nullptr) throw std::bad_alloc{};
    load_authorities(context, options.ca_file);
    SSL_CTX_set_verify(context, options.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, verify_shared, nullptr);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // An end without close_notify is ours to tell, see TlsSession: OpenSSL would make a fatal error of it, by
    // which the session could not be resumed.
    SSL_CTX_set_options(context,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // An idle connection holds no buffers; what does not go out at once stays the caller's.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);  // a record's head and body by one system call
    constexpr unsigned char http[] = "\x08http/1.1";
    SSL_CTX_set_alpn_protos(context, http, sizeof http - 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_ticket);
}

TlsHost& TlsContext::host_of(const std::string& name) {
    const std::lock_guard lock{mutex_};
    TlsHost& host = hosts_[name];
    if (host.name.empty()) {
        host.name = bare_name(name);
        host.is_ip = is_ip(host.name);
    }
    return host;
}

std::unique_ptr<TlsSession> TlsContext::start(int fd, const std::string& host_name, Resume resume) {
    TlsHost& host = host_of(host_name);
    SSL* ssl = SSL_new(context_.get());
    if (ssl == nullptr) throw std::bad_alloc{};
    auto session = std::make_unique<TlsSession>(ssl, fd, host);
    name_peer(ssl, host);
    if (resume == Resume::yes) {
        const std::lock_guard lock{host.mutex};
        if (host.ticket) offer_ticket(ssl, host.ticket.get());
    }
    return session;
}

}  // namespace pushbench::loadgen
