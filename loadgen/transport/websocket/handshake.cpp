#include "loadgen/transport/websocket/handshake.hpp"

// Beast's own handshake arithmetic (SHA-1 and base64). It lies in a detail folder, but writing SHA-1 once
// more would be worse; a Boost that moves it breaks the build here and nowhere else.
#include <boost/beast/websocket/detail/hybi13.hpp>

namespace pushbench::loadgen {

namespace hybi = boost::beast::websocket::detail;

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

std::string handshake_problem(const ResponseHead& head, std::string_view accept) {
    if (head.status != 101) return "; a WebSocket server answers 101 Switching Protocols";
    if (!equals_ignoring_case(head.field("Upgrade").value_or(""), "websocket"))
        return " but without 'Upgrade: websocket'";
    const auto seen = head.field("Sec-WebSocket-Accept").value_or("");
    if (seen != accept)
        return " but with the wrong Sec-WebSocket-Accept '" + std::string{seen} + "'; '" +
               std::string{accept} + "' would be right";
    if (head.field("Sec-WebSocket-Extensions")) return " but with an extension that was not asked for";
    return {};
}

}  // namespace pushbench::loadgen
