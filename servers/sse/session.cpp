#include "sse/session.hpp"

#include "http/wanted.hpp"
#include "sse/frame.hpp"

namespace pushbench::sse {

namespace {

/// Words of the stream's own, as its client reads them.
std::string framed(std::string_view bytes, bool chunked) {
    return chunked ? encode_chunk(bytes) : std::string{bytes};
}

}  // namespace

std::string SseStream::encode_gap(const Gap& gap) const {
    return framed(sse::encode_gap(gap), chunked_);
}

std::string_view SseStream::heartbeat(std::int64_t /*now_ns*/) {
    static const std::string kChunk = encode_chunk(kHeartbeat);
    return chunked_ ? std::string_view{kChunk} : kHeartbeat;
}

/// Without chunks the end of the connection says it, as a cut would.
std::string SseStream::goodbye() const {
    return chunked_ ? std::string{kLastChunk} : std::string{};
}

Framing SseStream::framing() const {
    if (reader().topic_count() > 1) return {};
    return {sse::encode, chunked_ ? nullptr : chunk_data};
}

// A browser reconnects with the last id it saw. With several topics one sequence does not tell where to go
// on, so each event has the cursors of all of them as its id.
std::string SseStream::copy_of(const Entry& entry) const {
    return framed(with_id(chunk_data(entry.frame(encode)), reader().cursor_text()), chunked_);
}

void handle_events(Exchange& exchange, const Request& request) {
    std::optional<std::string_view> last_event_id;
    if (request.has("Last-Event-ID")) last_event_id = request.header("Last-Event-ID");
    const auto wanted = read_wanted(exchange, request, last_event_id);
    if (!wanted) return;
    if (request.is_head()) return exchange.respond({200, "text/event-stream", {}, {}, false});
    // To a client of HTTP/1.0 the end of the connection is that of the response (RFC 9112 §6.3).
    const bool chunked = !request.head.is_http_1_0();
    Response head{200, "text/event-stream", framed(kRetry, chunked), "X-Accel-Buffering: no\r\n", false};
    if (chunked) head.headers += "Transfer-Encoding: chunked\r\n";
    Handover begin = exchange.start_stream(head);
    // Owned by the worker, until it is reaped.
    auto* session = new SseSession(exchange.worker(), std::move(begin.socket), chunked);
    session->start(begin.first, *wanted, std::move(begin.rest));
}

}  // namespace pushbench::sse
