#include "websocket/session.hpp"

#include "http/pages.hpp"
#include "http/wanted.hpp"
#include "websocket/handshake.hpp"

namespace pushbench::websocket {

Taken taken_messages(const Worker& worker, Purpose purpose) {
    if (purpose == Purpose::echo) return {.most_bytes = kMostEchoBytes};
    return {.most_bytes = worker.options.limits.message_bytes,
            .text = worker.options.allow_publish,
            .binary = false};
}

std::string WebsocketStream::encode_gap(const Gap& gap) const {
    return websocket::encode_gap(gap);
}

std::string WebsocketStream::goodbye() const {
    return encode_close(CloseCode::going_away, "server is going away");
}

std::string_view WebsocketStream::heartbeat(std::int64_t now_ns) {
    static const std::string kPing = encode_frame(Opcode::ping, {});
    if (unanswered_since_ns_ == 0) unanswered_since_ns_ = now_ns;
    return kPing;
}

bool WebsocketStream::is_answered(std::int64_t now_ns, std::int64_t timeout_ns) const {
    return unanswered_since_ns_ == 0 || now_ns < unanswered_since_ns_ + timeout_ns;
}

void WebsocketStream::on_bytes(std::span<char> bytes, Worker& worker) {
    unanswered_since_ns_ = 0;
    while (!ended_) {
        auto message = frames_.next(bytes);
        if (!message) return;
        on_message(std::move(*message), worker);
    }
}

void WebsocketStream::on_message(Message message, Worker& worker) {
    switch (message.kind) {
        case Message::Kind::text:
            return on_text(std::move(message.payload), worker);
        case Message::Kind::ping:
            return send(encode_frame(Opcode::pong, message.payload));
        case Message::Kind::pong:
            return;
        case Message::Kind::close:  // answered in kind (RFC 6455 §5.5.1)
            ended_ = true;
            return finish(message.code == CloseCode::no_status ? encode_frame(Opcode::close, {})
                                                               : encode_close(message.code, {}));
        case Message::Kind::binary:
            return send(encode_frame(Opcode::binary, message.payload));
        case Message::Kind::violation:
            ended_ = true;
            if (message.code == CloseCode::message_too_big)
                worker.refused(Reason::message, "1009 a message over --max-message-bytes");
            return finish(encode_close(message.code, message.payload));
    }
}

void WebsocketStream::on_text(std::string text, Worker& worker) {
    if (purpose_ == Purpose::echo) return send(encode_frame(Opcode::text, text));
    if (reader().topic_count() == 0) return;  // it has ended, with this behind what ended it
    worker.client_publisher.publish_from_client(reader().first_topic(), std::move(text));
}

std::optional<Wanted> accept_request(Exchange& exchange, const Request& request, Purpose purpose) {
    if (const auto refusal = refuse_handshake(request.to_beast())) {
        exchange.respond(*refusal);
        return std::nullopt;
    }
    if (refuse_foreign_page(exchange, request)) return std::nullopt;
    if (purpose == Purpose::echo) return Wanted{};
    return read_wanted(exchange, request);
}

namespace {

template <Purpose purpose>
void handle(Exchange& exchange, const Request& request) {
    const bool by_beast = request.state<Options>().framing_beast;
    return by_beast ? start_beast_session(exchange, request, purpose)
                    : start_session(exchange, request, purpose);
}

}  // namespace

std::vector<Route> routes(Options& options) {
    std::vector<Route> routes{{"GET", "/ws", handle<Purpose::notifications>, &options}};
    if (options.echo) routes.push_back({"GET", "/echo", handle<Purpose::echo>, &options});
    return routes;
}

void start_session(Exchange& exchange, const Request& request, Purpose purpose) {
    const auto wanted = accept_request(exchange, request, purpose);
    if (!wanted) return;
    Worker& worker = exchange.worker();
    boost::system::error_code error;
    const std::string answer = handshake_answer(request.to_beast(), worker.io, error);
    if (error) return exchange.respond(text_response(400, "bad WebSocket handshake: " + error.message()));
    Handover begin = exchange.switch_protocols(answer);
    // Owned by the worker, until it is reaped.
    auto* session =
        new WebsocketSession(worker, std::move(begin.socket), taken_messages(worker, purpose), purpose);
    session->start(begin.first, *wanted, std::move(begin.rest));
}

}  // namespace pushbench::websocket
