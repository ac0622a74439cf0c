#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pushbench::loadgen {

/// What a command line says about publishing through an API.
struct PublishVia {
    std::string url;                         ///< empty: not that way. A template in its path and query
    std::string method = "POST";             ///< by HTTP
    std::vector<std::string> headers;        ///< "Name: value", with templates in the values
    std::string body = "{marker}{payload}";  ///< of the request, or the message on a WebSocket
    std::uint32_t connections = 1;
};

}  // namespace pushbench::loadgen
