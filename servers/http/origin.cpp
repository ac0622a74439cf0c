#include "http/origin.hpp"

#include <algorithm>

namespace pushbench {
namespace {

bool listed(const std::vector<std::string>& allowed, std::string_view origin) {
    return std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
}

}  // namespace

bool origin_allowed(const std::vector<std::string>& allowed, std::string_view origin, std::string_view host) {
    if (origin.empty() || listed(allowed, origin) || listed(allowed, "*")) return true;
    const auto scheme_end = origin.find("://");
    return scheme_end != std::string_view::npos && !host.empty() && origin.substr(scheme_end + 3) == host;
}

std::string cors_headers(const std::vector<std::string>& allowed, std::string_view origin) {
    if (origin.empty() || allowed.empty()) return {};
    // A listed origin may send credentials. `*` may not: the standard forbids the pair.
    if (listed(allowed, origin))
        return "Access-Control-Allow-Origin: " + std::string{origin} +
               "\r\nAccess-Control-Allow-Credentials: true\r\nAccess-Control-Expose-Headers: Cursor\r\nVary: "
               "Origin\r\n";
    if (listed(allowed, "*"))
        return "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Cursor\r\n";
    return "Vary: Origin\r\n";
}

}  // namespace pushbench
