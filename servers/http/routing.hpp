#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange.hpp"
#include "http/guard.hpp"
#include "http/message.hpp"
#include "http/refusal.hpp"

namespace pushbench {

using Handler = void (*)(Exchange&, const Request&);

/// One line of a server's routing table. A handler answers with respond(), later after park(), or starts a
/// stream.
struct Route {
    std::string_view method;
    std::string_view path;
    Handler handle;
    void* state = nullptr;            ///< for the handler, see Request::state()
    std::size_t most_body_bytes = 0;  ///< of its requests; none where it takes none
};

/// What a listener gives each of its connections. Outlives all that is asked on them.
struct HttpService {
    std::vector<Route> routes;
    bool counted = true;  ///< whether it shows in the counters: the admin port does not
    Guard guard{};
    std::vector<std::string> cors_origins{};  ///< whose pages may read the answers, as `--allow-origin` says
};

/// Null if no route takes it. HEAD is taken by whoever takes GET (RFC 9110 §9.3.2).
const Route* find_route(std::span<const Route> routes, std::string_view path, std::string_view method);

/// Refuses what no resource of any server here could take, whatever it is asked of (RFC 9110 §9.1): CONNECT,
/// which is for proxies; TRACE, which sends back what a page must not read; and what no standard has named.
MayRefuse refuse_method(std::span<const Route> routes, std::string_view method);

/// For a request that no route takes: 404, 405, or what a browser's preflight asks.
/// `path` may be `*`: OPTIONS of the server as a whole (RFC 9110 §9.3.7).
Response answer_without_route(std::span<const Route> routes, std::string_view path, std::string_view method);

}  // namespace pushbench
