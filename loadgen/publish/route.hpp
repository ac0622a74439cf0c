#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loadgen/dialects/dialect.hpp"
#include "loadgen/publish/publish_via.hpp"
#include "loadgen/wire/target.hpp"

namespace pushbench::loadgen {

/// What is known of the server from elsewhere. What it points to outlives the call only.
struct RouteContext {
    std::string target;                      ///< whom the clients speak to
    const PublishSpeech* dialect = nullptr;  ///< how the dialect publishes; null: it does not say
    const Speech* websocket = nullptr;       ///< how it speaks by WebSocket; null: as plainly as can be
    TlsOptions tls;
};

/// How notifications reach an API: everything that is the same for all of them.
struct Route {
    Target target;
    std::string shown;  ///< for messages: "POST http://127.0.0.1:8080/publish"
    std::string method;
    Template path;  ///< with its query
    std::vector<HeaderTemplate> headers;
    Template body;       ///< of a request, or a message on a WebSocket
    Speech speech;       ///< by WebSocket: how the connection is opened and kept
    bool fresh = false;  ///< by HTTP: a new connection for each

    /// Of a body whose type nobody gave: JSON where it looks like JSON.
    [[nodiscard]] std::string_view content_type() const;
    [[nodiscard]] bool by_websocket() const { return target.url.is_websocket(); }
};

/// Reads what was said, but looks up no host: the target has its URL only. Throws Failure with one line that
/// names the option, for a text that is no URL, method, header or template.
Route plan_route(const PublishVia& via, const RouteContext& context);

/// Whether what is published holds a marker, wherever in the request.
[[nodiscard]] bool carries_marker(const Route& route);
/// Whether it holds the times and the sequence that our servers' JSON has, to be copied into it.
[[nodiscard]] bool carries_json_stamps(const Route& route);

/// The same, and where it leads. Throws Failure where the host has no address.
Route make_route(const PublishVia& via, const RouteContext& context);

}  // namespace pushbench::loadgen
