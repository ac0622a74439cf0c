#include "http/wanted.hpp"

#include <string>

namespace pushbench {

std::optional<Wanted> read_wanted(HttpConnection& connection, const Request& request,
                                  std::optional<std::string_view> last_event_id) {
    Worker& worker = connection.worker();
    Refusal refusal;
    auto wanted = parse_wanted(request.target, last_event_id, worker.options.limits.client_topics, refusal);
    if (wanted) return wanted;
    if (refusal.reason == Reason::topics) worker.refused(refusal.reason, "400 " + refusal.line);
    connection.respond(text_response(refusal.status, refusal.line));
    return std::nullopt;
}

}  // namespace pushbench
