#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "loadgen/dialects/dialect.hpp"
#include "loadgen/publish/publish_via.hpp"
#include "loadgen/wire/target.hpp"

namespace pushbench::loadgen {

/// How notifications reach an API: everything that is the same for all of them.
struct Route {
    Target target;
    std::string shown;  ///< for messages: "POST http://127.0.0.1:8080/publish"
    std::string method;
    Template path;  ///< with its query
    std::vector<HeaderTemplate> headers;
    Template body;

    /// Of a body whose type nobody gave: JSON where it looks like JSON.
    [[nodiscard]] std::string_view content_type() const;
};

/// Reads what was said, but looks up no host: the target has its URL only. Throws Failure with one line that
/// names the option, for a text that is no URL, method, header or template.
Route plan_route(const PublishVia& via);

/// The same, and where it leads. Throws Failure where the host has no address.
Route make_route(const PublishVia& via, const TlsOptions& tls);

}  // namespace pushbench::loadgen
