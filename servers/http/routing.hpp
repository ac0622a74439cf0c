#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace pushbench {

class HttpConnection;

using Handler = void (*)(HttpConnection&, const Request&);

/// One line of a server's routing table. A handler answers with respond(), later after park(), or takes the
/// socket with release().
struct Route {
    std::string_view method;
    std::string_view path;
    Handler handle;
    void* state = nullptr;  ///< for the handler, see Request::state()
};

/// What a listener gives each of its connections. Outlives all that is asked on them.
struct HttpService {
    std::vector<Route> routes;
    bool counted = true;  ///< whether it shows in the counters: the admin port does not
};

/// For a request that no route takes: 404, 405, or what a browser's preflight asks.
Response answer_without_route(std::span<const Route> routes, std::string_view path, std::string_view method);

}  // namespace pushbench
