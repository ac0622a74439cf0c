#include "http/pages.hpp"

#include <string>

#include "http/origin.hpp"
#include "net/worker.hpp"

namespace pushbench {

bool refuse_foreign_page(Exchange& exchange, const Request& request) {
    Worker& worker = exchange.worker();
    const auto origin = request.header("Origin");
    if (origin_allowed(worker.options.allow_origin, origin, request.head.authority())) return false;
    worker.counters.refused.add(1);
    worker.refused(Reason::origin, "403 a page of an origin that --allow-origin does not list");
    exchange.respond(text_response(
        403, "origin '" + std::string{origin} + "' is not allowed: start the server with --allow-origin"));
    return true;
}

}  // namespace pushbench
