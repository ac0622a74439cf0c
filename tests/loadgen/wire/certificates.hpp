#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>
#include <string>

namespace pushbench::loadgen {

struct OpenSslRelease {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// What a certificate of a test is to say.
struct CertificateOrder {
    std::string names = "DNS:localhost";  ///< subject alternative names, as OpenSSL's configuration has them
    int from_days = -1;                   ///< valid so many days from now on
    int to_days = 1;
    bool is_authority = false;
};

/// A certificate with its key, made in memory; signed by itself, or by another one.
class Certificate {
 public:
    explicit Certificate(const CertificateOrder& order, const Certificate* issuer = nullptr);

    [[nodiscard]] X509* get() const { return certificate_.get(); }
    [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }

 private:
    std::unique_ptr<EVP_PKEY, OpenSslRelease> key_;
    std::unique_ptr<X509, OpenSslRelease> certificate_;
};

/// A certificate as a PEM file that is gone afterwards, for --ca.
class PemFile {
 public:
    explicit PemFile(const Certificate& certificate);
    ~PemFile() { std::filesystem::remove(path_); }
    PemFile(const PemFile&) = delete;
    PemFile& operator=(const PemFile&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }

 private:
    std::filesystem::path path_;
};

}  // namespace pushbench::loadgen
