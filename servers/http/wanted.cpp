#include "http/wanted.hpp"

#include <string>

#include "net/worker.hpp"

namespace pushbench {

std::optional<Wanted> read_wanted(Exchange& exchange, const Request& request,
                                  std::optional<std::string_view> last_event_id) {
    Worker& worker = exchange.worker();
    Refusal refusal;
    auto wanted = parse_wanted(request.target, last_event_id, worker.options.limits.client_topics, refusal);
    if (wanted) return wanted;
    if (refusal.reason == Reason::topics) worker.refused(refusal.reason, "400 " + refusal.line);
    exchange.respond(text_response(refusal.status, refusal.line));
    return std::nullopt;
}

}  // namespace pushbench
