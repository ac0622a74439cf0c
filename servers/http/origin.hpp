#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pushbench {

/// Whether `origin` (RFC 6454) is that of a page of this very server, which the client calls `authority`.
/// Names are compared without case, and the scheme's default port is the same as none. The schemes are not
/// compared: a proxy may speak TLS for this server.
bool is_own_origin(std::string_view origin, std::string_view authority);

/// Whether a page of `origin` may use this server: it is listed in `--allow-origin`, `*` is, it is the
/// server's own, or there is none, since no browser asks.
bool origin_allowed(const std::vector<std::string>& allowed, std::string_view origin,
                    std::string_view authority);

/// The response headers by which a browser lets that page read the answer (the WHATWG Fetch standard's CORS
/// protocol); empty if it may not, or if the request named no origin.
std::string cors_headers(const std::vector<std::string>& allowed, std::string_view origin);

}  // namespace pushbench
