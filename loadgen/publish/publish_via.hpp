#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pushbench::loadgen {

/// What a command line says about publishing through an API.
struct PublishVia {
    std::string url;                    ///< empty: as the dialect does. A template in its path and query
    std::optional<std::string> method;  ///< by HTTP; empty: the dialect's, or POST
    std::vector<std::string> headers;   ///< "Name: value", with templates in the values
    std::optional<std::string> body;  ///< of the request, or the message on a WebSocket; empty: the dialect's
    std::uint32_t connections = 1;
    bool fresh = false;       ///< by HTTP: a new connection for each notification
    bool by_clients = false;  ///< on the connections by which the clients are subscribed, and not by `url`
};

}  // namespace pushbench::loadgen
