#include "sse/session.hpp"

#include "sse/frame.hpp"

namespace pushbench::sse {

std::string SseSession::encode_gap(const Gap& gap) const {
    return sse::encode_gap(gap);
}

std::string_view SseSession::heartbeat(std::int64_t /*now_ns*/) {
    return kHeartbeat;
}

// A browser reconnects with the last id it saw. With several topics one sequence does not tell where to go
// on, so each event has the cursors of all of them as its id.
std::string SseSession::copy_of(const Entry& entry) const {
    return with_id(entry.frame(encode), reader().cursor_text());
}

void handle_events(HttpConnection& connection, const Request& request) {
    std::optional<std::string_view> last_event_id;
    if (request.http.count("Last-Event-ID") > 0) {
        const auto value = request.http["Last-Event-ID"];
        last_event_id = std::string_view{value.data(), value.size()};
    }
    std::string problem;
    const auto wanted = parse_wanted(request.target, last_event_id, problem);
    if (!wanted) return connection.respond(text_response(400, problem));
    std::string head = status_line(200);
    head += connection.cors();
    // The response has no length: its end is the end of the connection.
    head +=
        "Content-Type: text/event-stream\r\nCache-Control: no-cache\r\nX-Accel-Buffering: no\r\n"
        "Connection: close\r\n\r\n";
    head += kRetry;
    // Owned by the worker, until it is reaped.
    auto* session = new SseSession(connection.worker(), connection.release());
    session->start(head, *wanted, connection.take_rest());
}

}  // namespace pushbench::sse
