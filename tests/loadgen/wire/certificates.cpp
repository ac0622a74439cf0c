#include "wire/certificates.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace pushbench::loadgen {
namespace {

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

}  // namespace

Certificate::Certificate(const CertificateOrder& order, const Certificate* issuer)
    : key_{EVP_EC_gen("P-256")}, certificate_{X509_new()} {
    static long serial = 1;
    X509* made = certificate_.get();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
    constexpr long day_s = 24L * 60 * 60;
    X509_gmtime_adj(X509_getm_notBefore(made), order.from_days * day_s);
    X509_gmtime_adj(X509_getm_notAfter(made), order.to_days * day_s);
    X509_set_pubkey(made, key_.get());
    X509_NAME* name = X509_get_subject_name(made);
    const std::string common = order.is_authority ? "pushbench test authority" : "pushbench test";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
    X509* signer = issuer == nullptr ? made : issuer->get();
    X509_set_issuer_name(made, X509_get_subject_name(signer));
    if (order.is_authority) add_extension(made, signer, NID_basic_constraints, "critical,CA:TRUE");
    if (!order.names.empty()) add_extension(made, signer, NID_subject_alt_name, order.names);
    X509_sign(made, issuer == nullptr ? key_.get() : issuer->key(), EVP_sha256());
}

PemFile::PemFile(const Certificate& certificate) {
    std::string path = (std::filesystem::temp_directory_path() / "pushbench-ca-XXXXXX").string();
    const int fd = mkstemp(path.data());
    path_ = path;
    std::FILE* file = fdopen(fd, "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
}

}  // namespace pushbench::loadgen
