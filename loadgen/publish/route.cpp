#include "loadgen/publish/route.hpp"

#include "loadgen/dialects/header.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

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

Template template_of(const std::string& option, const std::string& text, Template::Place place) {
    return read_option(option + " '" + text + "'", [&] {
        return Template{text, place, Template::of_publisher};
    });
}

}  // namespace

Route plan_route(const PublishVia& via) {
    Route route;
    route.target.url = url_of(via.url);
    if (!is_token(via.method))
        throw Failure("--publish-method '" + via.method + "' is no HTTP method such as POST or PUT");
    route.method = via.method;
    route.shown = route.target.url.is_websocket() ? via.url : via.method + ' ' + via.url;
    const std::string& path = route.target.url.path_and_query;
    route.path = template_of("--publish", path.empty() ? "/" : path, Template::Place::url);
    for (const std::string& header : via.headers)
        route.headers.push_back(read_option("--publish-header '" + header + "'", [&] {
            return parse_header_template(header, Template::of_publisher);
        }));
    route.body = template_of("--publish-body", via.body, Template::Place::text);
    return route;
}

Route make_route(const PublishVia& via, const TlsOptions& tls) {
    Route route = plan_route(via);
    route.target = read_option("--publish", [&] { return make_target(route.target.url, {}, tls); });
    return route;
}

std::string_view Route::content_type() const {
    const std::string_view text = body.text();
    const bool json = text.starts_with('[') || text.starts_with('"') || text.starts_with("{\"") ||
                      text.starts_with("{ ") || text.starts_with("{\n");
    return json ? "application/json" : "text/plain; charset=utf-8";
}

}  // namespace pushbench::loadgen
