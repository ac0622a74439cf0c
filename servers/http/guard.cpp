#include "http/guard.hpp"

#include "http/authority.hpp"
#include "http/origin.hpp"
#include "http/text.hpp"

namespace pushbench {
namespace {

/// A browser says where a request comes from: by Origin, and by Sec-Fetch-Site (W3C Fetch Metadata) also
/// where it sends no Origin. What has neither is no page.
bool is_of_foreign_page(const RequestHead& head) {
    if (head.count("Origin") > 0 && !is_own_origin(head.header("Origin"), head.authority())) return true;
    const std::string_view site = head.header("Sec-Fetch-Site");
    return !site.empty() && site != "same-origin" && site != "none";
}

/// In a time that does not tell how much of it was right.
bool is_same_secret(std::string_view given, std::string_view right) {
    unsigned different = given.size() == right.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i)
        different |= static_cast<unsigned char>(given[i] ^ right[i % right.size()]);
    return different == 0;
}

bool shows_token(const RequestHead& head, std::string_view token) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view given = head.header("Authorization");
    return equal_without_case(given.substr(0, kScheme.size()), kScheme) &&
           is_same_secret(trimmed(given.substr(kScheme.size())), token);
}

}  // namespace

MayRefuse check(const Guard& guard, const RequestHead& head) {
    const std::string_view authority = head.authority();
    // HTTP/1.0 may come without; no browser speaks it.
    if (!authority.empty() && !is_served_host(guard.hosts, authority))
        return Refusal{421, Reason::host,
                       "misdirected request: this server is not known by that Host, see --allow-host"};
    if (guard.keeps_pages_out && is_of_foreign_page(head))
        return Refusal{403, Reason::origin, "this port serves no web pages of other origins"};
    if (!guard.token.empty() && !shows_token(head, guard.token))
        return Refusal{401, Reason::token,
                       "expected Authorization: Bearer with the token of --admin-token-file",
                       "WWW-Authenticate: Bearer\r\n"};
    return std::nullopt;
}

}  // namespace pushbench
