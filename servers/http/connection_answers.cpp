// What handlers ask of a connection, and how answers leave.
#include <utility>

#include "http/connection.hpp"

namespace pushbench {
namespace {

/// Answers to requests that were sent ahead leave together, in pieces of about this size. What a connection
/// holds for a client that takes none is this, and one answer more.
constexpr std::size_t kCorkBytes = 16 * 1024;

}  // namespace

void HttpConnection::park(std::unique_ptr<Parked> parked, std::int64_t wait_ns) {
    parked_ = std::move(parked);
    set_deadline(wait_ns);
}

void HttpConnection::respond(const Response& response) {
    answer(std::make_shared<const std::string>(serialize(response, cors_, persistence_)));
}

void HttpConnection::respond(const std::shared_ptr<const SharedResponse>& response) {
    const bool is_like_all = cors_.empty() && persistence_ == Persistence::keep;
    if (!is_like_all) return respond(response->response());
    answer({response, &response->message()});
}

void HttpConnection::answer(std::shared_ptr<const std::string> message) {
    if (state_ == State::closed) return;
    const auto answered = std::move(parked_);  // destroyed at the end: it may be the caller
    // The answer to HEAD is the head alone (RFC 9110 §9.3.2); a body would be taken for the next answer.
    if (head_only_) message = std::make_shared<const std::string>(*message, 0, message->find("\r\n\r\n") + 4);
    cors_.clear();
    state_ = persistence_ == Persistence::close ? State::ending : State::reading;
    const bool is_last = state_ == State::ending || !turn_ || turn_->ahead.empty();
    if (is_last && (!turn_ || turn_->corked.empty())) return send(std::move(message));
    turn_->corked += *message;
    if (is_last || turn_->corked.size() >= kCorkBytes) uncork();
}

void HttpConnection::uncork() {
    if (!turn_->corked.empty()) send(std::make_shared<const std::string>(std::exchange(turn_->corked, {})));
}

/// Behind those that a parked request found waiting, if there are any.
void HttpConnection::send(std::shared_ptr<const std::string> answers) {
    if (answers_) answers = std::make_shared<const std::string>(answers_->substr(written_bytes_) + *answers);
    answers_ = std::move(answers);
    written_bytes_ = 0;
    write();
}

void HttpConnection::write() {
    while (written_bytes_ < answers_->size()) {
        const IoResult written = socket_.write_some(std::string_view{*answers_}.substr(written_bytes_));
        if (written.state == Io::closed) return close();
        written_bytes_ += static_cast<std::uint32_t>(written.bytes);
        if (service_.counted && written.bytes > 0) {
            worker_.counters.writes.add(1);
            worker_.counters.bytes_sent.add(written.bytes);
        }
        // A parked request has its own time, by which it is answered; that answer then has this one.
        if (!socket_.blocked()) continue;
        if (!parked_) set_deadline(worker_.options.idle_timeout_ns);
        return;
    }
    after_answers();
}

void HttpConnection::after_answers() {
    answers_.reset();
    if (state_ == State::ending) return linger();
    if (state_ == State::reading) {
        const auto& options = worker_.options;
        set_deadline(reader_ ? options.header_timeout_ns : options.idle_timeout_ns);
    }
    if (turn_) return;  // process() goes on by itself, and read() after it
    if (state_ == State::reading && !rest_.empty()) process(std::exchange(rest_, {}));
    read();
}

void HttpConnection::linger() {
    state_ = State::lingering;
    written_bytes_ = 0;
    socket_.shutdown_send();
    set_deadline(kLingerNs);
    if (!turn_) read();
}

Handover HttpConnection::start_stream(const Response& head) {
    return switch_protocols(serialize(head, cors_, Persistence::close));
}

Handover HttpConnection::switch_protocols(std::string_view answer) {
    leave();
    std::string first = std::exchange(turn_->corked, {});
    return {std::move(socket_), std::move(first.append(answer)),
            std::string{std::exchange(turn_->ahead, {})}};
}

}  // namespace pushbench
