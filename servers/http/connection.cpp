#include "http/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "http/origin.hpp"
#include "notify/clock.hpp"

namespace pushbench {
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::uint32_t kHeaderLimitBytes = 8 * 1024;
constexpr std::uint64_t kBodyLimitBytes = 1024 * 1024;

}  // namespace

HttpConnection::HttpConnection(Worker& worker, Socket socket, const HttpService& service, bool refuse)
    : Session(worker),
      socket_(std::move(socket)),
      service_(service),
      refuse_(refuse),
      count_guard_(counter()) {}

Counter* HttpConnection::counter() {
    if (!service_.counted) return nullptr;
    return refuse_ ? &worker_.counters.refusing : &worker_.counters.connections;
}

/// Nothing is destroyed before the reactor is back in its loop; but whoever has left is not there any more.
void HttpConnection::leave() {
    state_ = State::closed;
    worker_.timers.cancel(*this);
    count_guard_.leave();
    reap_later();
}

void HttpConnection::begin() {
    if (!socket_.watch(worker_.poller, *this)) return close();
    set_deadline(worker_.options.header_timeout_ns);
}

void HttpConnection::on_events(std::uint32_t events) {
    if (state_ == State::closed) return;
    const bool has_room_again = socket_.note(events);
    // An answer that is out goes on to read by itself.
    if (state_ == State::writing && has_room_again) return write();
    read();
}

/// While it writes, it does not read: the client has to take its answer first. finish_response() goes on.
void HttpConnection::read() {
    auto& buffer = worker_.read_buffer;
    const auto may_read = [this] {
        return socket_.readable() && state_ != State::writing && state_ != State::closed;
    };
    for (int i = 0; i < Socket::kMostReads && may_read(); ++i) {
        const IoResult got = socket_.read_some(buffer);
        if (got.state == Io::closed) return close();
        if (got.bytes > 0) take({buffer.data(), got.bytes});
    }
    if (may_read()) socket_.ask_again();
}

void HttpConnection::take(std::string_view bytes) {
    if (state_ == State::lingering) return;  // read and dropped
    if (state_ == State::reading) return process(bytes);
    // A request sent ahead while an earlier one is parked. It waits its turn, within the limit of any
    // request.
    if (rest_.size() + bytes.size() > kHeaderLimitBytes) return close();
    rest_.append(bytes);
}

void HttpConnection::process(std::string_view bytes) {
    std::string joined;
    if (!rest_.empty()) {
        joined = std::exchange(rest_, {});
        joined += bytes;
        bytes = joined;
    }
    // Answers may be given inside a handler; the flag keeps that from starting the next request inside this
    // loop.
    processing_ = true;
    while (state_ == State::reading && !bytes.empty() && parse(bytes)) {
        rest_ = bytes;
        dispatch();
        if (state_ == State::reading) joined = std::exchange(rest_, {}), bytes = joined;
    }
    processing_ = false;
    if (state_ == State::reading) rest_ = bytes;
}

/// Feeds the parser. True if a whole request is there; `bytes` is then what comes behind it.
bool HttpConnection::parse(std::string_view& bytes) {
    if (!parser_) {
        parser_ = std::make_unique<Parser>();
        parser_->eager(true);
        parser_->header_limit(kHeaderLimitBytes);
        parser_->body_limit(kBodyLimitBytes);
        continued_ = false;
    }
    error_code error;
    const std::size_t used = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(used);
    if (error == http::error::need_more) error = {};
    if (error) {
        answer_bad_request(error);
        return false;
    }
    if (parser_->is_done()) return true;
    if (!unfinished_) set_deadline(worker_.options.header_timeout_ns);
    unfinished_ = true;
    if (parser_->is_header_done()) answer_continue();
    return false;
}

/// A client that asks first (RFC 9110 §10.1.1) would otherwise wait a second before it sends its body.
void HttpConnection::answer_continue() {
    if (continued_ || !boost::beast::iequals(parser_->get()[http::field::expect], "100-continue")) return;
    continued_ = true;
    socket_.write_some("HTTP/1.1 100 Continue\r\n\r\n");
}

void HttpConnection::answer_bad_request(const error_code& error) {
    keep_alive_ = false;
    head_only_ = false;
    parser_.reset();
    if (error == http::error::header_limit)
        return respond(text_response(431, "header too large: at most 8 KiB"));
    if (error == http::error::body_limit) return respond(text_response(413, "body too large: at most 1 MiB"));
    respond(text_response(400, "malformed HTTP request: " + error.message()));
}

void HttpConnection::dispatch() {
    const HttpRequest message = parser_->release();
    parser_.reset();
    state_ = State::handling;
    unfinished_ = false;
    keep_alive_ = message.keep_alive() && !refuse_;
    head_only_ = message.method() == http::verb::head;
    if (service_.counted) worker_.counters.requests.add(1);
    const auto target = parse_target({message.target().data(), message.target().size()});
    if (!target)
        return respond(
            text_response(400, "malformed request target: expected a path such as /poll?after=17"));
    Request request{message, *target};
    cors_ = cors_headers(worker_.options.allow_origin, request.header(http::field::origin));
    if (refuse_) {
        return respond(text_response(503, "too many connections: the server is at its limit, try again later",
                                     "Retry-After: 1\r\n"));
    }
    const std::string_view method{message.method_string().data(), message.method_string().size()};
    for (const Route& route : service_.routes)
        if (route.path == target->path && route.method == method) {
            request.route_state = route.state;
            return route.handle(*this, request);
        }
    respond(answer_without_route(service_.routes, target->path, method));
}

void HttpConnection::park(std::unique_ptr<Parked> parked, std::int64_t wait_ns) {
    parked_ = std::move(parked);
    set_deadline(wait_ns);
}

void HttpConnection::respond(const Response& response) {
    std::string message = serialize(response, cors_, keep_alive_);
    // The answer to HEAD is the head alone (RFC 9110 §9.3.2); a body would be taken for the next answer.
    if (head_only_ && response.status != 204) message.resize(message.size() - response.body.size());
    respond(std::make_shared<const std::string>(std::move(message)));
}

void HttpConnection::respond_and_close(std::string message) {
    keep_alive_ = false;
    respond(std::make_shared<const std::string>(std::move(message)));
}

void HttpConnection::respond(std::shared_ptr<const std::string> message) {
    if (state_ == State::closed) return;
    const auto answered = std::move(parked_);  // destroyed at the end: it may be the caller
    message_ = std::move(message);
    written_bytes_ = 0;
    state_ = State::writing;
    write();
}

void HttpConnection::write() {
    while (written_bytes_ < message_->size()) {
        const IoResult written = socket_.write_some(std::string_view{*message_}.substr(written_bytes_));
        if (written.state == Io::closed) return close();
        if (written.state == Io::would_block) return set_deadline(worker_.options.idle_timeout_ns);
        written_bytes_ += written.bytes;
        if (service_.counted) {
            worker_.counters.writes.add(1);
            worker_.counters.bytes_sent.add(written.bytes);
        }
    }
    finish_response();
}

void HttpConnection::finish_response() {
    message_.reset();
    cors_.clear();
    if (!keep_alive_) return linger();
    state_ = State::reading;
    set_deadline(worker_.options.idle_timeout_ns);
    if (processing_) return;  // process() goes on by itself, and read() after it
    if (!rest_.empty()) process({});
    read();
}

void HttpConnection::linger() {
    state_ = State::lingering;
    socket_.shutdown_send();
    set_deadline(kLingerNs);
    if (!processing_) read();
}

Socket HttpConnection::release() {
    leave();
    return std::move(socket_);
}

void HttpConnection::set_deadline(std::int64_t timeout_ns) {
    if (timeout_ns == 0) return worker_.timers.cancel(*this);
    worker_.timers.set(*this, now_ns() + timeout_ns);
}

void HttpConnection::on_timer() {
    if (parked_) return parked_->answer_empty();
    close();
}

void HttpConnection::shut_down() {
    keep_alive_ = false;
    if (parked_) return parked_->answer_empty();
    if (state_ == State::reading) close();
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
