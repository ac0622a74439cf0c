#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pushbench {

/// `host[:port]`, as in Host and in an absolute target (RFC 3986 §3.2), taken apart. The host of an IPv6
/// address keeps its brackets; no port: none was named.
struct Authority {
    std::string_view host;
    std::string_view port;
};

/// Whether `text` is a host that may stand in an http URI, with or without a port (RFC 9110 §4.2.1).
bool is_authority(std::string_view text);

Authority split_authority(std::string_view text);

/// Whether a request for `authority` is meant for this server: for an address, a name without a dot, or one
/// of the names of `--allow-host`. A page may have its own name point here (DNS rebinding); to the browser
/// this server is then part of that page's site, and only the name tells.
bool is_served_host(const std::vector<std::string>& allowed, std::string_view authority);

}  // namespace pushbench
