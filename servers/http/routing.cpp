#include "http/routing.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace pushbench {
namespace {

std::string allowed_methods(std::span<const Route> routes, std::string_view path) {
    std::string allowed;
    for (const Route& route : routes) {
        if (route.path != path && path != "*") continue;
        const bool is_named =
            (", " + allowed + ",").find(", " + std::string{route.method} + ",") != std::string::npos;
        if (is_named) continue;
        if (!allowed.empty()) allowed += ", ";
        allowed += route.method;
        if (route.method == "GET") allowed += ", HEAD";
    }
    return allowed;
}

std::string known_paths(std::span<const Route> routes) {
    std::string known;
    for (const Route& route : routes)
        known += " " + std::string{route.method} + " " + std::string{route.path};
    return known;
}

}  // namespace

const Route* find_route(std::span<const Route> routes, std::string_view path, std::string_view method) {
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    for (const Route& route : routes)
        if (route.path == path && route.method == wanted) return &route;
    return nullptr;
}

MayRefuse refuse_method(std::span<const Route> routes, std::string_view method) {
    static constexpr std::array<std::string_view, 7> kKnown{"GET",    "HEAD",    "POST", "PUT",
                                                            "DELETE", "OPTIONS", "PATCH"};
    if (std::find(kKnown.begin(), kKnown.end(), method) != kKnown.end()) return std::nullopt;
    const std::string allowed = allowed_methods(routes, "*");
    return Refusal{501, Reason::malformed,
                   "no method of this server: " + std::string{method} + "; expected " + allowed,
                   "Allow: " + allowed + "\r\n"};
}

Response answer_without_route(std::span<const Route> routes, std::string_view path, std::string_view method) {
    const std::string allowed = allowed_methods(routes, path);
    if (allowed.empty())
        return text_response(404, "no such path '" + std::string{path} + "': there is" + known_paths(routes));
    if (method == "OPTIONS") {  // a browser's preflight
        Response preflight{204, {}, {}, "Access-Control-Allow-Methods: " + allowed + "\r\n"};
        preflight.headers +=
            "Access-Control-Allow-Headers: Last-Event-ID, If-None-Match, Content-Type\r\n"
            "Allow: " +
            allowed + "\r\n";
        return preflight;
    }
    return text_response(405, "wrong method " + std::string{method} + ": expected " + allowed,
                         "Allow: " + allowed + "\r\n");
}

}  // namespace pushbench
