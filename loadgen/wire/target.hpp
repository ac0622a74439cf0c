#pragma once

#include <memory>
#include <string>
#include <vector>

#include "loadgen/wire/address.hpp"
#include "loadgen/wire/channel.hpp"
#include "loadgen/wire/tls.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {

/// Where to connect to. Shared by all clients of a trial.
struct Target {
    Url url;
    std::vector<Address> addresses;   ///< at least one; client i begins with the i-th modulo their number
    std::string authority;            ///< for the Host header
    std::shared_ptr<TlsContext> tls;  ///< null where the URL is not secure

    /// A channel on a socket that is connected, or on its way, to one of the addresses.
    [[nodiscard]] Channel channel(int fd, Resume resume) const;
    /// Where a redirect leads: the same authorities, other addresses. Throws Failure.
    [[nodiscard]] Target redirected(std::string_view location) const;

    TlsOptions tls_options{};
    /// Whether a redirect led here, so that the URL's path is the one to ask for; and whether to another
    /// host.
    enum class Led : std::uint8_t { no, on_the_same_host, elsewhere } led = Led::no;
};

/// Looks the host up. Throws Failure with one line.
Target make_target(const Url& url, const TlsOptions& options = {});

}  // namespace pushbench::loadgen
