#include "http/connection.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <span>
#include <utility>

#include "http/origin.hpp"
#include "notify/clock.hpp"

namespace pushbench {
namespace {

/// Twice the largest body that any request may have.
constexpr std::size_t kMostLingerBytes = 4 * 1024 * 1024;

/// The reader that this thread used last: the next request, of whatever connection, needs no memory of its
/// own.
thread_local std::unique_ptr<HttpReader> spare_reader;

std::unique_ptr<HttpReader> take_reader(const Limits& limits) {
    if (!spare_reader) return std::make_unique<HttpReader>(limits);
    spare_reader->hold_to(limits);
    return std::move(spare_reader);
}

void give_back(std::unique_ptr<HttpReader> reader) {
    reader->reset();
    spare_reader = std::move(reader);
}

Persistence persistence_of(const RequestHead& head) {
    if (!head.keeps_alive()) return Persistence::close;
    return head.is_http_1_0() ? Persistence::keep_announced : Persistence::keep;
}

}  // namespace

HttpConnection::HttpConnection(Worker& worker, Socket socket, const HttpService& service, bool refuse)
    : Session(worker), socket_(std::move(socket)), service_(service), refuse_(refuse) {}

/// Nothing is destroyed before the reactor is back in its loop; but whoever has left is not there any more.
void HttpConnection::leave() {
    state_ = State::closed;
    worker_.timers.cancel(*this);
    reap_later();
}

void HttpConnection::begin() {
    if (!socket_.watch(worker_.poller, *this)) return close();
    set_deadline(worker_.options.header_timeout_ns);
}

void HttpConnection::on_events(std::uint32_t events) {
    if (state_ == State::closed) return;
    const bool has_room_again = socket_.note(events);
    // Who has reset the connection is not seen by reading where nothing is read.
    if (is_full() && (events & (EPOLLHUP | EPOLLERR)) != 0) return close();
    // Once its answers are out, it goes on to read by itself.
    if (answers_ && has_room_again) return write();
    read();
}

bool HttpConnection::is_full() const {
    return state_ == State::handling && rest_.size() >= worker_.options.limits.ahead_bytes;
}

/// While answers are not out, it does not read: the client has to take them first. Nor does it while there is
/// much ahead of a request that waits: the kernel then holds the client back. after_answers() goes on.
bool HttpConnection::may_read() const {
    return socket_.readable() && !is_full() && !answers_ && state_ != State::closed;
}

void HttpConnection::read() {
    // No more at a time than may be kept ahead, but of a body, behind which nothing waits.
    const bool in_body = reader_ && reader_->head().body() != RequestHead::Body::none;
    const std::size_t most = in_body ? worker_.read_buffer.size() : worker_.options.limits.ahead_bytes;
    const auto buffer = std::span{worker_.read_buffer}.first(std::min(most, worker_.read_buffer.size()));
    for (int i = 0; i < Socket::kMostReads && may_read(); ++i) {
        const IoResult got = socket_.read_some(buffer);
        if (got.state == Io::closed) return close();
        if (got.bytes > 0) take({buffer.data(), got.bytes});
    }
    if (may_read()) socket_.ask_again();
}

void HttpConnection::take(std::string_view bytes) {
    if (state_ == State::lingering) {  // read and dropped, as far as an honest client has anything on its way
        written_bytes_ += static_cast<std::uint32_t>(bytes.size());
        if (written_bytes_ > kMostLingerBytes) close();
        return;
    }
    if (state_ == State::reading) return process(bytes);
    rest_.append(bytes);  // a request sent ahead, while an earlier one is parked
}

/// Answers given inside a handler are corked while there is a request behind them, and what they leave to be
/// done is done here, not inside the handler.
void HttpConnection::process(std::string_view bytes) {
    Turn turn{bytes, {}};
    turn_ = &turn;
    while (state_ == State::reading && !answers_ && !turn.ahead.empty()) advance();
    uncork();
    turn_ = nullptr;
    if (state_ == State::handling || answers_) rest_.append(turn.ahead);
}

void HttpConnection::advance() {
    if (!reader_) {
        reader_ = take_reader(worker_.options.limits);
        turn_->began = true;
    }
    switch (reader_->read(turn_->ahead)) {
        case HttpReader::State::more:
            return await_more();
        case HttpReader::State::head:
        case HttpReader::State::whole:
            return route(reader_->head());
        case HttpReader::State::refused:
            return refuse(reader_->refusal());
    }
}

void HttpConnection::await_more() {
    if (!reader_->has_begun()) return give_back(std::move(reader_));
    // The time is for the whole request: one byte now and then must not keep a connection.
    if (turn_->began) set_deadline(worker_.options.header_timeout_ns);
}

/// Who may not ask, or asks for what is not there, is told so before the body is read; it is then not read at
/// all.
void HttpConnection::route(const RequestHead& head) {
    if (service_.counted && !reader_->is_whole()) worker_.counters.requests.add(1);
    persistence_ = refuse_ ? Persistence::close : persistence_of(head);
    head_only_ = head.method() == "HEAD";
    cors_ = cors_headers(service_.cors_origins, head.header("Origin"));
    // Behind it the connection ends: what follows a CONNECT may be no HTTP (RFC 9110 §9.3.6).
    if (const auto refusal = refuse_method(service_.routes, head.method())) return refuse(*refusal);
    if (const auto refusal = check(service_.guard, head)) return refuse(*refusal);
    if (refuse_)
        return refuse({503, Reason::connections,
                       "too many connections: the server is at its limit, try again later",
                       "Retry-After: 1\r\n"});
    auto target = parse_target(head.target());
    if (!target && head.target() == "*" && head.method() == "OPTIONS") target = Target{"*", {}};
    if (!target)
        return refuse(
            {400, Reason::malformed, "malformed request target: expected a path such as /poll?after=17"});
    const Route* found = find_route(service_.routes, target->path, head.method());
    if (!found) {
        if (head.body() != RequestHead::Body::none) persistence_ = Persistence::close;
        return dispatch(nullptr, *target);
    }
    if (reader_->is_whole()) return dispatch(found, *target);
    if (!reader_->accept_body(found->most_body_bytes)) return refuse(reader_->refusal());
    if (reader_->is_whole()) return dispatch(found, *target);
    // A client that asks first (RFC 9110 §10.1.1) would otherwise wait a second before it sends its body.
    if (head.expects_continue() && !head.is_http_1_0() && turn_->ahead.empty()) {
        uncork();
        if (!answers_ && state_ == State::reading) socket_.write_some("HTTP/1.1 100 Continue\r\n\r\n");
    }
    await_more();
}

void HttpConnection::dispatch(const Route* route, const Target& target) {
    auto reader = std::move(reader_);
    state_ = State::handling;
    if (route)
        route->handle(*this, {reader->head(), reader->body(), target, route->state});
    else
        respond(answer_without_route(service_.routes, target.path, reader->head().method()));
    give_back(std::move(reader));
}

void HttpConnection::refuse(const Refusal& refusal) {
    worker_.refused(refusal.reason, std::to_string(refusal.status) + " " + refusal.line);
    persistence_ = Persistence::close;
    const Response response = text_response(refusal.status, refusal.line, refusal.headers);
    reader_.reset();
    respond(response);
}

void HttpConnection::set_deadline(std::int64_t timeout_ns) {
    if (timeout_ns == 0) return worker_.timers.cancel(*this);
    worker_.timers.set(*this, now_ns() + timeout_ns);
}

void HttpConnection::on_timer() {
    if (parked_) return parked_->answer_empty();
    if (state_ == State::reading && !answers_ && reader_)
        return refuse({408, Reason::timeout, "the request took too long to arrive, see --header-timeout"});
    close();
}

void HttpConnection::shut_down() {
    persistence_ = Persistence::close;
    if (parked_) return parked_->answer_empty();
    if (state_ != State::reading) return;
    if (!answers_) return close();
    state_ = State::ending;
}

void HttpConnection::close() {
    if (state_ == State::closed) return;
    leave();
    parked_.reset();
    socket_.close();
}

Admit admit_http(const HttpService& service) {
    return [&service](Worker& worker, Socket socket, bool refuse) -> Session& {
        // Owned by the worker, until it is reaped.
        return *new HttpConnection(worker, std::move(socket), service, refuse);
    };
}

}  // namespace pushbench
