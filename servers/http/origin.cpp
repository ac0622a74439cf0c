#include "http/origin.hpp"

#include <algorithm>

#include "http/authority.hpp"
#include "http/text.hpp"

namespace pushbench {
namespace {

bool listed(const std::vector<std::string>& allowed, std::string_view origin) {
    return std::find(allowed.begin(), allowed.end(), origin) != allowed.end();
}

std::string_view default_port_of(std::string_view scheme) {
    if (equal_without_case(scheme, "https")) return "443";
    return equal_without_case(scheme, "http") ? "80" : "";
}

}  // namespace

bool is_own_origin(std::string_view origin, std::string_view authority) {
    const auto scheme_end = origin.find("://");
    if (scheme_end == std::string_view::npos || authority.empty()) return false;
    const std::string_view default_port = default_port_of(origin.substr(0, scheme_end));
    if (default_port.empty()) return false;  // a page that came by neither HTTP nor HTTPS came from elsewhere
    const Authority theirs = split_authority(origin.substr(scheme_end + 3));
    const Authority ours = split_authority(authority);
    const auto port = [default_port](std::string_view named) { return named.empty() ? default_port : named; };
    return equal_without_case(theirs.host, ours.host) && port(theirs.port) == port(ours.port);
}

bool origin_allowed(const std::vector<std::string>& allowed, std::string_view origin,
                    std::string_view authority) {
    return origin.empty() || listed(allowed, origin) || listed(allowed, "*") ||
           is_own_origin(origin, authority);
}

std::string cors_headers(const std::vector<std::string>& allowed, std::string_view origin) {
    if (origin.empty() || allowed.empty()) return {};
    // A listed origin may send credentials. `*` may not: the standard forbids the pair.
    if (listed(allowed, origin))
        return "Access-Control-Allow-Origin: " + std::string{origin} +
               "\r\nAccess-Control-Allow-Credentials: true\r\nAccess-Control-Expose-Headers: Cursor, ETag\r\n"
               "Vary: Origin\r\n";
    if (listed(allowed, "*"))
        return "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Cursor, ETag\r\n";
    return "Vary: Origin\r\n";
}

}  // namespace pushbench
