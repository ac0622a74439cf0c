#include "http/authority.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace pushbench {
namespace {

bool is_name_char(char c) {  // of a reg-name; `%` begins an encoded byte
    constexpr std::string_view kOthers = "-._~!$&'()*+,;=%";
    return is_letter(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
}

bool is_address_char(char c) {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f') || c == ':' || c == '.';
}

/// An IPv6 address in brackets, or whatever ends in a number, which every URL parser takes as an IPv4 address
/// or not at all: for neither does anybody ask a name server.
bool is_address(std::string_view host) {
    if (host.starts_with('[')) return true;
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return !last.empty() && std::all_of(last.begin(), last.end(), is_digit);
}

}  // namespace

Authority split_authority(std::string_view text) {
    const std::size_t behind = text.starts_with('[') ? text.find(']') : 0;
    const std::size_t colon = behind == std::string_view::npos ? behind : text.find(':', behind);
    if (colon == std::string_view::npos) return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_authority(std::string_view text) {
    const auto [host, port] = split_authority(text);
    if (host.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return false;
    if (!host.starts_with('[')) return std::all_of(host.begin(), host.end(), is_name_char);
    return host.size() > 3 && host.ends_with(']') &&
           std::all_of(host.begin() + 1, host.end() - 1, is_address_char);
}

bool is_served_host(const std::vector<std::string>& allowed, std::string_view authority) {
    const std::string_view host = split_authority(authority).host;
    // A name without a dot is of the own network: no public name server hands one out, so no page can have
    // one.
    const bool is_of_own_network = host.find('.') == std::string_view::npos;
    return is_address(host) || is_of_own_network ||
           std::any_of(allowed.begin(), allowed.end(), [host](const std::string& name) {
               return name == "*" || equal_without_case(name, host);
           });
}

}  // namespace pushbench
