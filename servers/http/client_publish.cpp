#include "http/client_publish.hpp"

#include <string>

#include "http/pages.hpp"
#include "net/worker.hpp"
#include "notify/utf8.hpp"

namespace pushbench {
namespace {

void publish_for_client(Exchange& exchange, const Request& request) {
    if (refuse_foreign_page(exchange, request)) return;
    std::string topic{request.target.find("topic").value_or("default")};
    if (!is_topic_name(topic)) return exchange.respond(text_response(400, bad_topic().line));
    if (!is_utf8(request.body)) return exchange.respond(text_response(400, kBadPayload));
    exchange.worker().client_publisher.publish_from_client(std::move(topic), std::string{request.body});
    exchange.respond({202, {}, {}, {}});
}

}  // namespace

Route client_publish_route(std::size_t most_body_bytes) {
    return {"POST", "/publish", publish_for_client, nullptr, most_body_bytes};
}

}  // namespace pushbench
