#include "loadgen/publish/route.hpp"

#include <algorithm>

#include "loadgen/dialects/header.hpp"
#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/header.hpp"

namespace pushbench::loadgen {
namespace {

constexpr const char* plain_body = "{marker}{payload}";

/// Says which option a text was wrong in.
template <class Read>
auto read_option(const std::string& option, Read read) {
    try {
        return read();
    } catch (const Failure& failure) {
        throw Failure(option + ' ' + failure.what());
    }
}

Url url_of(const std::string& text) {
    Url url = read_option("--publish", [&] { return parse_url(text); });
    if (url.scheme.empty())
        throw Failure("--publish '" + text + "' names no scheme; give http://, https://, ws:// or wss://");
    return url;
}

/// Where a dialect publishes: by a message on the WebSocket itself, at a path of the target, or elsewhere.
Url dialect_url(const PublishSpeech& dialect, const std::string& target) {
    const std::string& text = dialect.url.text();
    if (!text.empty() && !text.starts_with('/')) return url_of(text);
    Url url = read_option("--target", [&] { return parse_url(target); });
    if (text.empty()) {
        url.scheme = url.secure ? "wss" : "ws";
    } else {
        url.scheme = url.secure ? "https" : "http";
        url.path_and_query = text;
    }
    return url;
}

Template template_of(const std::string& option, const std::string& text, Template::Place place,
                     Template::Names names) {
    return read_option(option + " '" + text + "'", [&] { return Template{text, place, names}; });
}

void add_headers(const std::vector<std::string>& lines, Template::Names names,
                 std::vector<HeaderTemplate>& headers) {
    for (const std::string& line : lines)
        headers.push_back(read_option("--publish-header '" + line + "'",
                                      [&] { return parse_header_template(line, names); }));
}

/// The handshake is a subscriber's, and may name what a subscriber's may.
void plan_websocket(const PublishVia& via, const RouteContext& context, Route& route) {
    if (via.method) throw Failure("--publish-method '" + *via.method + "' is for http and https");
    if (via.fresh) throw Failure("--publish-fresh is for http and https");
    if (context.websocket != nullptr) route.speech = *context.websocket;
    const std::string& path = route.target.url.path_and_query;
    if (!path.empty() || route.speech.path.empty())
        route.speech.path = template_of("--publish", path.empty() ? "/" : path, Template::Place::url,
                                        Template::of_subscriber);
    add_headers(via.headers, Template::of_subscriber, route.speech.headers);
    route.shown = route.target.url.text();
}

void plan_http(const PublishVia& via, const RouteContext& context, Route& route) {
    route.method = via.method.value_or(context.dialect != nullptr ? context.dialect->method : "POST");
    if (!is_token(route.method))
        throw Failure("--publish-method '" + route.method + "' is no HTTP method such as POST or PUT");
    const std::string& path = route.target.url.path_and_query;
    route.path =
        template_of("--publish", path.empty() ? "/" : path, Template::Place::url, Template::of_publisher);
    add_headers(via.headers, Template::of_publisher, route.headers);
    if (context.dialect != nullptr)  // said by hand, they stand in the place of the dialect's own
        for (const HeaderTemplate& header : context.dialect->headers)
            if (!has_header(route.headers, header.name)) route.headers.push_back(header);
    route.fresh = via.fresh;
    route.shown = route.method + ' ' + (via.url.empty() ? route.target.url.text() : via.url);
}

}  // namespace

Route plan_route(const PublishVia& via, const RouteContext& context) {
    Route route;
    if (via.by_clients) {
        route.shown = "by the clients";
        route.body = template_of("--publish-body", via.body.value_or(plain_body), Template::Place::text,
                                 Template::of_publisher);
        return route;
    }
    if (via.url.empty() && context.dialect == nullptr) throw Failure("--publish names no address");
    route.target.url = via.url.empty() ? dialect_url(*context.dialect, context.target) : url_of(via.url);
    if (route.by_websocket())
        plan_websocket(via, context, route);
    else
        plan_http(via, context, route);
    const Template* by_dialect = nullptr;
    if (context.dialect != nullptr)
        by_dialect = route.by_websocket() ? &context.dialect->message : &context.dialect->body;
    if (via.body || by_dialect == nullptr || by_dialect->empty())
        route.body = template_of("--publish-body", via.body.value_or(plain_body), Template::Place::text,
                                 Template::of_publisher);
    else
        route.body = *by_dialect;
    return route;
}

bool carries_marker(const Route& route) {
    return route.body.names("marker") || route.path.names("marker") ||
           std::any_of(route.headers.begin(), route.headers.end(),
                       [](const HeaderTemplate& header) { return header.value.names("marker"); });
}

bool carries_json_stamps(const Route& route) {
    return route.body.names("seq") && route.body.names("due_ns") && route.body.names("sent_ns");
}

Route make_route(const PublishVia& via, const RouteContext& context) {
    Route route = plan_route(via, context);
    if (via.by_clients) return route;
    route.target = read_option("--publish", [&] { return make_target(route.target.url, context.tls); });
    return route;
}

std::string_view Route::content_type() const {
    const std::string_view text = body.text();
    const bool json = text.starts_with('[') || text.starts_with('"') || text.starts_with("{\"") ||
                      text.starts_with("{ ") || text.starts_with("{\n");
    return json ? "application/json" : "text/plain; charset=utf-8";
}

}  // namespace pushbench::loadgen
