#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pushbench {

/// Whether a page of `origin` may use this server: it is listed in `--allow-origin`, `*` is, or it is the
/// server's own (RFC 6454), which is told from the request's Host.
bool origin_allowed(const std::vector<std::string>& allowed, std::string_view origin, std::string_view host);

/// The response headers by which a browser lets that page read the answer (the WHATWG Fetch standard's CORS
/// protocol); empty if it may not, or if the request named no origin.
std::string cors_headers(const std::vector<std::string>& allowed, std::string_view origin);

}  // namespace pushbench
