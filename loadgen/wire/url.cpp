#include "loadgen/wire/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/percent.hpp"

namespace pushbench::loadgen {
namespace {

struct Scheme {
    std::string_view name;
    std::uint16_t port;
    bool secure;
};
constexpr Scheme schemes[] = {
    {"http", 80, false}, {"https", 443, true}, {"ws", 80, false}, {"wss", 443, true}};

[[noreturn]] void wrong(std::string_view text, const std::string& why) {
    throw Failure("'" + std::string{text} + "' " + why);
}

std::string in_small_letters(std::string_view text) {
    std::string small{text};
    for (char& c : small)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return small;
}

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What WHATWG URL encodes in a path and in a query of these schemes, but for braces: those are templates.
std::string encoded_for_request(std::string_view text) {
    std::string out;
    bool query = false;
    for (const char c : text) {
        if (c == '?') query = true;
        const bool control = static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f;
        if (control || c == '"' || c == '<' || c == '>' || c == (query ? '\'' : '`'))
            append_percent(c, out);
        else
            out += c;
    }
    return out;
}

/// RFC 3986 §5.2.4, for the path of a path and query.
std::string without_dot_segments(std::string_view path_and_query) {
    const auto query_at = std::min(path_and_query.find('?'), path_and_query.size());
    std::string_view path = path_and_query.substr(0, query_at);
    std::string out;
    while (path.starts_with('/')) {
        const auto end = std::min(path.find('/', 1), path.size());
        const std::string_view segment = path.substr(1, end - 1);
        const bool last = end == path.size();
        path.remove_prefix(end);
        if (segment == "..")
            out.erase(std::min(out.rfind('/'), out.size()));
        else if (segment != ".")
            (out += '/') += segment;
        if (last && (segment == "." || segment == "..")) out += '/';
    }
    return out.append(path_and_query.substr(query_at));
}

bool is_host_name(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

bool is_ipv6(const std::string& host) {
    in6_addr address{};
    return inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), &address) == 1;
}

/// "HOST", "HOST:PORT", "[IPv6]:PORT". `default_port` 0: the port has to be there.
void take_authority(std::string_view authority, std::uint16_t default_port, std::string_view whole,
                    Url& url) {
    if (authority.find('@') != std::string_view::npos)
        wrong(whole, "holds a user name, which is not sent; give --header 'Authorization: …' instead");
    const bool bracketed = authority.starts_with('[');
    const auto host_end = bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
    if (host_end == std::string_view::npos) wrong(whole, "lacks the ] of its IPv6 address");
    url.host = in_small_letters(authority.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0)));
    std::string_view port = authority.substr(host_end + (bracketed ? 1 : 0));
    if (!bracketed && port.find(':', 1) != std::string_view::npos)
        wrong(whole, "holds an IPv6 address without brackets; write [::1]:8080");
    if (bracketed ? !is_ipv6(url.host) : !is_host_name(url.host))
        wrong(whole,
              bracketed
                  ? "holds no IPv6 address between its brackets"
                  : "names no host that can be looked up; expected a name such as example.org or an address");
    if (!port.empty() && port.front() != ':') wrong(whole, "has something other than :PORT behind its ]");
    if (!port.empty()) port.remove_prefix(1);
    url.port = default_port;
    if (port.empty() && default_port != 0) return;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0)
        wrong(whole, "has no port from 1 to 65535");
}

Url parse_short(std::string_view text) {
    Url url;
    if (text.find_first_of("/?#") != std::string_view::npos || text.find(':') == std::string_view::npos ||
        text.starts_with(':'))
        wrong(text,
              "is not HOST:PORT, for example 127.0.0.1:8080, nor a URL such as https://example.org/room");
    take_authority(text, 0, text, url);
    return url;
}

std::uint16_t default_port(std::string_view scheme) {
    for (const Scheme& one : schemes)
        if (one.name == scheme) return one.port;
    return 80;
}

}  // namespace

Url parse_url(std::string_view text) {
    const auto has_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), has_control))
        wrong(encoded_for_request(text), "holds a control character");
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) return parse_short(text);
    if (text.find('#') != std::string_view::npos)
        wrong(text, "has a fragment (#…), which is never sent; leave it out, or write %23");
    Url url;
    url.scheme = in_small_letters(text.substr(0, scheme_end));
    const auto* scheme = std::find_if(std::begin(schemes), std::end(schemes),
                                      [&](const Scheme& one) { return one.name == url.scheme; });
    if (scheme == std::end(schemes)) wrong(text, "is no URL of http, https, ws or wss");
    url.secure = scheme->secure;
    const std::string_view rest = text.substr(scheme_end + 3);
    const auto authority_end = std::min(rest.find_first_of("/?\\"), rest.size());
    take_authority(rest.substr(0, authority_end), scheme->port, text, url);
    std::string target{rest.substr(authority_end)};
    if (target.empty()) return url;
    // Browsers take a backslash in a path for a slash.
    std::replace(target.begin(),
                 target.begin() + static_cast<std::ptrdiff_t>(std::min(target.find('?'), target.size())),
                 '\\', '/');
    if (target.front() == '?') target.insert(0, 1, '/');
    url.path_and_query = without_dot_segments(encoded_for_request(target));
    return url;
}

Url join_url(const Url& base, std::string_view reference) {
    reference = reference.substr(0, reference.find('#'));  // a Location may have one (RFC 9110 §10.2.2)
    Url root = base;
    if (root.scheme.empty()) root.scheme = "http";
    root.path_and_query.clear();
    const auto special = reference.find_first_of(":/?");
    if (special != std::string_view::npos && reference[special] == ':') {
        Url url = parse_url(reference);
        if (url.scheme.empty()) wrong(reference, "is no URL of http, https, ws or wss");
        return url;
    }
    if (reference.starts_with("//")) return parse_url(root.scheme + ":" + std::string{reference});
    const std::string_view from = base.path_and_query.empty() ? "/" : std::string_view{base.path_and_query};
    std::string_view kept = from.substr(0, from.find('?'));
    if (reference.empty())
        kept = from;
    else if (reference.front() == '/')
        kept = {};
    else if (reference.front() != '?')
        kept = kept.substr(0, kept.rfind('/') + 1);
    return parse_url(root.text() + std::string{kept} + std::string{reference});
}

std::string Url::authority() const {
    std::string name = host.substr(0, host.find('%'));
    if (host.find(':') != std::string::npos) name = '[' + name + ']';
    return port == default_port(scheme) ? name : name + ':' + std::to_string(port);
}

std::string Url::text() const {
    const std::string name = host.find(':') == std::string::npos ? host : '[' + host + ']';
    if (scheme.empty()) return name + ':' + std::to_string(port);
    return scheme + "://" + name + (port == default_port(scheme) ? "" : ':' + std::to_string(port)) +
           path_and_query;
}

}  // namespace pushbench::loadgen
