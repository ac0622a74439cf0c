// Which servers are believed, and what is said of the others.
#include <gtest/gtest.h>

#include "wire/driver.hpp"
#include "wire/failures.hpp"
#include "wire/tls_peer.hpp"

namespace pushbench::loadgen {
namespace {

struct TlsCertificates : testing::Test {
    /// What comes of a handshake with a server that has this certificate: empty if all is well.
    static std::string trouble_with(const Certificate& certificate, const TlsOptions& options,
                                    const std::string& host) {
        TlsContext context{options};
        TlsPeer peer{certificate, tls_wait_for_end};
        const Driver client{peer.address(), context, host};
        return client.trouble();
    }

    Certificate authority{{.names = "", .is_authority = true}};
    PemFile ca{authority};
    TlsOptions trusting{.ca_file = ca.path(), .insecure = false};
};

TEST_F(TlsCertificates, OneOfAKnownAuthorityForTheNameIsBelieved) {
    const Certificate good{{.names = "DNS:localhost,DNS:*.example.org,IP:127.0.0.1,IP:::1"}, &authority};
    EXPECT_EQ(trouble_with(good, trusting, "localhost"), "");
    EXPECT_EQ(trouble_with(good, trusting, "push.example.org"), "");
    EXPECT_EQ(trouble_with(good, trusting, "localhost."), "");
    EXPECT_EQ(trouble_with(good, trusting, "127.0.0.1"), "");
    EXPECT_EQ(trouble_with(good, trusting, "::1"), "");
}

TEST_F(TlsCertificates, OneForAnotherNameIsNot) {
    const Certificate other{{.names = "DNS:example.org"}, &authority};
    EXPECT_EQ(trouble_with(other, trusting, "localhost"),
              "the certificate of localhost does not verify: hostname mismatch; give --insecure to measure "
              "nevertheless");
    EXPECT_EQ(trouble_with(other, trusting, "127.0.0.1"),
              "the certificate of 127.0.0.1 does not verify: IP address mismatch; give --insecure to measure "
              "nevertheless");
    EXPECT_NE(trouble_with(other, trusting, "example.org.evil.example"), "");
    EXPECT_NE(
        trouble_with(Certificate{{.names = "DNS:*.example.org"}, &authority}, trusting, "a.b.example.org"),
        "");
}

TEST_F(TlsCertificates, OneOfAnotherTimeIsNot) {
    const std::string ends = "; give --insecure to measure nevertheless";
    const Certificate old{{.from_days = -9, .to_days = -1}, &authority};
    EXPECT_EQ(trouble_with(old, trusting, "localhost"),
              "the certificate of localhost does not verify: certificate has expired" + ends);
    const Certificate early{{.from_days = 1, .to_days = 9}, &authority};
    EXPECT_EQ(trouble_with(early, trusting, "localhost"),
              "the certificate of localhost does not verify: certificate is not yet valid" + ends);
}

TEST_F(TlsCertificates, OneThatNobodyVouchesForIsNot) {
    const Certificate self_signed{CertificateOrder{}};
    EXPECT_EQ(trouble_with(self_signed, TlsOptions{}, "localhost"),
              "the certificate of localhost does not verify: self-signed certificate; give --ca FILE or "
              "--insecure");
    EXPECT_EQ(
        trouble_with(Certificate{CertificateOrder{}, &authority}, TlsOptions{}, "localhost"),
        "the certificate of localhost does not verify: unable to get local issuer certificate; give --ca "
        "FILE or --insecure");
    // Named as an authority itself it is one; --insecure believes anybody.
    const PemFile itself{self_signed};
    EXPECT_EQ(trouble_with(self_signed, {.ca_file = itself.path()}, "localhost"), "");
    EXPECT_EQ(trouble_with(self_signed, {.insecure = true}, "other.example"), "");
    const Certificate old{{.names = "", .from_days = -9, .to_days = -1}};
    EXPECT_EQ(trouble_with(old, {.insecure = true}, "127.0.0.1"), "");
}

TEST(TlsAuthorities, AFileThatIsNoneIsSaid) {
    EXPECT_EQ(failure_of([] { TlsContext{{.ca_file = "/nowhere/ca.pem"}}; }),
              "--ca '/nowhere/ca.pem' cannot be read: No such file or directory");
    EXPECT_EQ(failure_of([] { TlsContext{{.ca_file = "/dev/null"}}; }),
              "--ca '/dev/null' holds no certificate; expected a file in PEM form (BEGIN CERTIFICATE)");
}

}  // namespace
}  // namespace pushbench::loadgen
