#include "loadgen/transport/websocket/handshake.hpp"

// Beast's own handshake arithmetic (SHA-1 and base64). It lies in a detail folder, but writing SHA-1 once
// more would be worse; a Boost that moves it breaks the build here and nowhere else.
#include <boost/beast/websocket/detail/hybi13.hpp>

namespace pushbench::loadgen {

namespace hybi = boost::beast::websocket::detail;

namespace {

std::string quoted(std::string_view text) {
    return "'" + std::string{text} + "'";
}

std::string_view bare_value(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

/// Walks over the values of a list with commas between (RFC 9110 §5.6.1); empty ones do not count.
template <class Tell>
void each_of(std::string_view list, Tell tell) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (const auto value = bare_value(list.substr(0, comma)); !value.empty()) tell(value);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
}

/// §4.1, point 6: one of those asked for, and only one; names compare with case.
std::string subprotocol_problem(const ResponseHead& head, std::string_view subprotocols) {
    std::string problem;
    int chosen = 0;
    each_of(head.fields("Sec-WebSocket-Protocol"), [&](std::string_view value) {
        bool asked = false;
        each_of(subprotocols, [&](std::string_view one) { asked |= one == value; });
        if (!asked) problem = " but with the subprotocol " + quoted(value) + ", which was not asked for";
        ++chosen;
    });
    if (problem.empty() && chosen > 1) problem = " but with several subprotocols, where one is to be chosen";
    return problem;
}

}  // namespace

std::string new_websocket_key() {
    hybi::sec_ws_key_type key;
    hybi::make_sec_ws_key(key);
    return {key.data(), key.size()};
}

std::string expected_accept(std::string_view key) {
    hybi::sec_ws_accept_type accept;
    hybi::make_sec_ws_accept(accept, key);
    return {accept.data(), accept.size()};
}

std::string handshake_problem(const ResponseHead& head, std::string_view accept,
                              std::string_view subprotocols) {
    if (head.status != 101) return "; a WebSocket server answers 101 Switching Protocols";
    if (!head.has_token("Upgrade", "websocket")) return " but without 'Upgrade: websocket'";
    if (!head.has_token("Connection", "Upgrade")) return " but without 'Connection: Upgrade'";
    const auto seen = head.field("Sec-WebSocket-Accept").value_or("");
    if (seen != accept)
        return " but with the wrong Sec-WebSocket-Accept " + quoted(seen) + "; " + quoted(accept) +
               " would be right";
    if (const auto extensions = head.fields("Sec-WebSocket-Extensions"); !extensions.empty())
        return " but with the extension " + quoted(extensions) + ", which was not asked for";
    return subprotocol_problem(head, subprotocols);
}

}  // namespace pushbench::loadgen
