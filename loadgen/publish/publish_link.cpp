#include "loadgen/publish/publish_link.hpp"

#include <poll.h>

#include <algorithm>
#include <cstring>

#include "loadgen/measure/clock.hpp"
#include "loadgen/wire/socket.hpp"
#include "loadgen/wire/tls.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::int64_t patience_ns = 5 * ns_per_s;  // for a connection, and for an answer
constexpr std::int64_t first_retry_ns = 100 * ns_per_ms;
constexpr std::uint32_t most_doublings = 5;

}  // namespace

PublishLink::PublishLink(const Route& route, std::unique_ptr<Courier> courier, LetterBook& book)
    : route_{route}, courier_{std::move(courier)}, book_{book} {}

// ---- the connection

void PublishLink::open(std::int64_t now_ns) {
    const auto& addresses = route_.target.addresses;
    const Address& address = addresses[address_ % addresses.size()];
    state_ = State::connecting;
    used_ = wants_write_ = false;
    unsent_.clear();
    timer_ns_ = now_ns + patience_ns;
    const int fd = start_connect(address, 0);
    if (fd < 0) return break_off(std::string{"cannot connect: "} + std::strerror(-fd), now_ns, Repeat::no);
    channel_ = route_.target.channel(fd, Resume::yes);
}

void PublishLink::greet(std::int64_t now_ns) {
    const Io step = channel_.handshake();
    wants_write_ = step == Io::want_write;
    if (is_over(step))
        return break_off("cannot connect: " + channel_.describe({.state = step}), now_ns, Repeat::no);
    if (step != Io::done) return;
    state_ = State::working;
    book_.on_opened();
    courier_->begin(unsent_);
    if (courier_->ready()) timer_ns_ = INT64_MAX;
    if (letter_)
        put(now_ns);
    else
        flush(now_ns);
}

void PublishLink::break_off(const std::string& why, std::int64_t now_ns, Repeat repeat) {
    // The target may close a kept-alive connection at any time (RFC 9112 §9.5). When it does so just as we
    // send, and not a byte of an answer has come, the request is sent once more, as browsers do.
    const bool again = letter_ && used_ && !heard_ && !tried_again_ && repeat == Repeat::if_idle_close;
    const bool in_use = state_ != State::working || !courier_->ready() || !courier_->is_answered();
    if (again) {
        tried_again_ = true;
        book_.on_sent_again();
    } else if (letter_ && state_ == State::working) {
        book_.on_unanswered(*letter_, why);
        letter_.reset();
    } else if (in_use) {
        ++attempts_;
        ++address_;
        book_.on_connect_failure(why);
    }
    close(now_ns);
}

/// What was of use is opened again at once, so that the next notification need not wait for it.
void PublishLink::close(std::int64_t now_ns) {
    drop();
    timer_ns_ = used_ ? now_ns : now_ns + (first_retry_ns << std::min(attempts_, most_doublings));
    if (route_.fresh && !letter_) timer_ns_ = INT64_MAX;  // the next letter opens it
}

void PublishLink::drop() {
    closed_wire_ += wire_counts(channel_.fd());
    channel_.close();
    state_ = State::closed;
}

WireCounts PublishLink::wire() const {
    WireCounts all = closed_wire_;
    if (state_ == State::working) all += wire_counts(channel_.fd());
    return all;
}

// ---- letters

bool PublishLink::free() const {
    if (route_.fresh && state_ == State::closed) return !letter_;
    return state_ == State::working && !letter_ && unsent_.empty() && courier_->ready();
}

void PublishLink::send(Letter letter, std::int64_t now_ns) {
    letter_ = letter;
    tried_again_ = false;
    if (state_ == State::closed)
        open(now_ns);
    else
        put(now_ns);
}

void PublishLink::put(std::int64_t now_ns) {
    heard_ = false;
    letter_->sent_ns = loadgen::now_ns();
    courier_->send(book_.write(*letter_), unsent_);
    timer_ns_ = now_ns + patience_ns;
    flush(now_ns);
}

void PublishLink::say_goodbye() {
    // Not into the middle of something else.
    if (state_ == State::working && unsent_.empty()) {
        courier_->goodbye(unsent_);
        if (!unsent_.empty()) (void)channel_.write(unsent_);
        unsent_.clear();
    }
    drop();
}

void PublishLink::settle(int status, const std::string& problem) {
    if (problem.empty())
        book_.on_taken(*letter_, status, loadgen::now_ns());
    else
        book_.on_refused(*letter_, status, problem);
    letter_.reset();
    used_ = true;
    attempts_ = 0;
    timer_ns_ = INT64_MAX;
}

// ---- bytes

void PublishLink::flush(std::int64_t now_ns) {
    wants_write_ = false;
    while (!unsent_.empty()) {
        const IoResult result = channel_.write(unsent_);
        if (is_over(result.state)) return break_off(channel_.describe(result), now_ns, Repeat::if_idle_close);
        if (result.state != Io::done) {
            wants_write_ = true;
            return;
        }
        unsent_.erase(0, result.bytes);
    }
    if (letter_ && !courier_->is_answered()) settle(0, {});
}

void PublishLink::read(std::int64_t now_ns) {
    char buffer[16 * 1024];
    while (state_ == State::working) {
        const IoResult result = channel_.read(buffer, sizeof buffer);
        if (is_over(result.state)) {
            if (hear(courier_->ended(), now_ns))
                break_off(channel_.describe(result), now_ns, Repeat::if_idle_close);
            return;
        }
        if (result.state != Io::done) {
            wants_write_ = wants_write_ || result.state == Io::want_write;
            return;
        }
        heard_ = true;
        if (!hear(courier_->received({buffer, result.bytes}, unsent_), now_ns)) return;
        if (!unsent_.empty()) flush(now_ns);
        if (!result.more) return;
    }
}

bool PublishLink::hear(const Heard& heard, std::int64_t now_ns) {
    if (heard.answered && letter_) settle(heard.status, heard.problem);
    const bool answered_too_soon = heard.answered && !unsent_.empty();  // "413", and the rest is not read
    if (!heard.over && !answered_too_soon) {
        if (!letter_ && courier_->ready()) timer_ns_ = INT64_MAX;
        return true;
    }
    if (heard.answered)
        close(now_ns);
    else
        break_off(heard.problem.empty() ? "the connection was closed" : heard.problem, now_ns,
                  heard.problem.empty() ? Repeat::if_idle_close : Repeat::no);
    return false;
}

void PublishLink::on_events(std::int64_t now_ns) {
    if (state_ == State::connecting) {
        if (const int error = connect_outcome(channel_.fd()); error != 0)
            return break_off(std::string{"cannot connect: "} + std::strerror(error), now_ns, Repeat::no);
        state_ = State::greeting;
    }
    if (state_ == State::greeting) greet(now_ns);
    if (state_ == State::working && wants_write_) flush(now_ns);
    if (state_ == State::working) read(now_ns);
}

short PublishLink::events() const {
    if (state_ == State::connecting) return POLLOUT;
    return static_cast<short>(wants_write_ ? POLLIN | POLLOUT : POLLIN);
}

void PublishLink::on_time(std::int64_t now_ns) {
    if (now_ns < timer_ns_) return;
    timer_ns_ = INT64_MAX;
    if (state_ == State::closed)
        open(now_ns);
    else if (letter_ && state_ == State::working)
        break_off("no answer within 5 s", now_ns, Repeat::no);
    else
        break_off("no connection within 5 s", now_ns, Repeat::no);
}

}  // namespace pushbench::loadgen
