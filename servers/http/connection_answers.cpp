// What handlers ask of a connection, and how answers leave.
#include <utility>

#include "http/connection.hpp"

namespace pushbench {

void HttpConnection::park(std::unique_ptr<Parked> parked, std::int64_t wait_ns) {
    parked_ = std::move(parked);
    set_deadline(wait_ns);
}

void HttpConnection::respond(const Response& response) {
    respond(std::make_shared<const std::string>(serialize(response, cors_, persistence_)));
}

void HttpConnection::respond_and_close(std::string message) {
    persistence_ = Persistence::close;
    respond(std::make_shared<const std::string>(std::move(message)));
}

void HttpConnection::respond(std::shared_ptr<const std::string> message) {
    if (state_ == State::closed) return;
    const auto answered = std::move(parked_);  // destroyed at the end: it may be the caller
    message_ = std::move(message);
    // The answer to HEAD is the head alone (RFC 9110 §9.3.2); a body would be taken for the next answer.
    if (head_only_)
        message_ = std::make_shared<const std::string>(*message_, 0, message_->find("\r\n\r\n") + 4);
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
    if (persistence_ == Persistence::close) return linger();
    state_ = State::reading;
    set_deadline(worker_.options.idle_timeout_ns);
    if (processing_) return;  // process() goes on by itself, and read() after it
    if (!rest_.empty()) process(std::exchange(rest_, {}));
    read();
}

void HttpConnection::linger() {
    state_ = State::lingering;
    written_bytes_ = 0;
    socket_.shutdown_send();
    set_deadline(kLingerNs);
    if (!processing_) read();
}

Socket HttpConnection::release() {
    leave();
    return std::move(socket_);
}

std::string HttpConnection::take_rest() {
    return std::string{std::exchange(ahead_, {})};
}

}  // namespace pushbench
