#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// A target, taken apart (RFC 3986; what browsers would send, by WHATWG URL).
struct Url {
    std::string scheme;  ///< "http", "https", "ws", "wss"; empty: HOST:PORT alone was given
    std::string host;    ///< in small letters; IPv6 without brackets, perhaps with a zone: "fe80::1%eth0"
    std::uint16_t port = 0;
    /// "/room?id={i}": what a request line takes, percent-encoded where it has to be. Braces are left as they
    /// are, for templates. Empty where the URL has neither path nor query.
    std::string path_and_query;
    bool secure = false;  ///< https, wss

    [[nodiscard]] bool is_websocket() const { return scheme == "ws" || scheme == "wss"; }
    /// For the Host header (RFC 9110 §7.2): a scheme's own port omitted, IPv6 in brackets, no zone.
    [[nodiscard]] std::string authority() const;
    /// The whole once more: "https://example.org/room"; without scheme HOST:PORT.
    [[nodiscard]] std::string text() const;
};

/// "https://example.org/room?id=1", "ws://[::1]:8080", or "127.0.0.1:8080" alone. Throws Failure whose line
/// begins with the text and says what would be right.
Url parse_url(std::string_view text);

/// Where a Location or another reference leads from `base` (RFC 3986 §5.2). Throws Failure as parse_url().
Url join_url(const Url& base, std::string_view reference);

}  // namespace pushbench::loadgen
