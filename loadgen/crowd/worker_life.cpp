// How the connections of a worker come and go.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "loadgen/crowd/backoff.hpp"
#include "loadgen/crowd/worker.hpp"
#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {
namespace {

using State = Connection::State;

}  // namespace

/// Connects have a timetable too: what one waits for its turn, or for a second attempt, is in its time.
std::int64_t Worker::connect_due_ns(const Connection& c) const {
    return origin_ns_ + static_cast<std::int64_t>(c.number / settings_.connects_per_s * 1e9);
}

Timetable Worker::timetable(const Connection& c, std::int64_t interval_ns) const {
    return timetable_of(c.number, settings_.seed, origin_ns_, interval_ns);
}

void Worker::open(std::uint32_t who) {
    Connection& c = connections_[who];
    const unsigned source = settings_.source_addresses == 0 ? 0 : 1 + c.number % settings_.source_addresses;
    c.started_ns = now_ns();
    const int fd = start_connect(settings_.target, source);
    if (fd < 0) {
        const bool hopeless = fd == -EADDRNOTAVAIL || fd == -EMFILE || fd == -ENFILE;
        note_trouble(std::strerror(-fd), false, hopeless);
        return lose(who, {});
    }
    c.fd = fd;
    c.state = State::connecting;
    ++tally_.counters.opened;
    if (!loop_.watch(fd, who)) lose(who, std::strerror(errno));
}

void Worker::connected(std::uint32_t who) {
    Connection& c = connections_[who];
    const int error = connect_outcome(c.fd);
    if (error != 0) return lose(who, std::strerror(error));
    c.state = State::asking;
    if (!c.protocol) c.protocol = settings_.transport->make();
    request(who);
    if (settings_.transport->opening == Opening::by_connect) set_ready(c, true);
}

/// Clients that came at their own times have polls that come back at their own times. Ours come together, and
/// the probe brings all their polls back at once: so until counting begins each is parked up to the client's
/// own turn, and from then on for the whole of the wait.
std::chrono::milliseconds Worker::poll_wait(const Connection& c) const {
    if (settings_.transport->pace != Pace::at_once) return {};
    const std::int64_t whole_ns = settings_.poll_wait_ns;
    const bool whole = counting_ || !settings_.spread_polls;
    const std::int64_t wait_ns =
        whole ? whole_ns : timetable(c, whole_ns).next_after(c.asked_ns) - c.asked_ns;
    // Not before its turn: the next would be parked for what is left, next to nothing.
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds{wait_ns});
}

void Worker::request(std::uint32_t who) {
    Connection& c = connections_[who];
    std::optional<std::uint64_t> after;
    if (c.ledger.begun()) after = c.ledger.head();
    out_.clear();
    c.asked_ns = now_ns();
    c.protocol->request({settings_.target.text, encoded_topics_[c.topic], after, poll_wait(c)}, out_);
    if (!out_.empty()) ++tally_.counters.requests;
    if (settings_.transport->pace != Pace::once) tally_.set_in_flight(c, true, c.asked_ns);
    send(who, out_);
}

void Worker::send(std::uint32_t who, std::string_view bytes) {
    Connection& c = connections_[who];
    if (!c.unsent.empty()) {
        c.unsent += bytes;
        return;
    }
    if (bytes.empty()) return;
    const auto sent = ::send(c.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return;  // the read that follows tells what happened
    c.unsent = bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent));
}

void Worker::set_ready(Connection& c, bool ready) {
    if (ready == (c.state == State::ready)) return;
    if (ready) {
        c.state = State::ready;
        c.failed_attempts = 0;
        if (!c.was_ready) connect_times_.record(now_ns() - connect_due_ns(c));
        c.was_ready = true;
    }
    ready_.store(ready_.load(std::memory_order_relaxed) + (ready ? 1 : -1), std::memory_order_relaxed);
}

void Worker::close_socket(Connection& c) {
    if (c.fd < 0) return;
    closed_wire_ += wire_counts(c.fd);
    ::close(c.fd);  // leaves the epoll set by this
    c.fd = -1;
    c.unsent.clear();
}

/// The connection is gone: comes back later with its cursor, unless all is over.
void Worker::lose(std::uint32_t who, const std::string& why) {
    Connection& c = connections_[who];
    const bool was_ready = c.state == State::ready;
    if (!why.empty()) note_trouble(why, false);
    tally_.set_in_flight(c, false, now_ns());
    set_ready(c, false);
    close_socket(c);
    if (closing_) {
        c.state = State::done;
        return;
    }
    c.state = State::closed;
    ++(was_ready ? tally_.counters.reconnects : tally_.counters.connect_failures);
    const auto wait_ns = backoff_ns(c.failed_attempts, c.retry_base_ns, longest_retry_ns, random_);
    if (c.failed_attempts < UINT8_MAX) ++c.failed_attempts;
    set_timer(who, now_ns() + wait_ns);
}

void Worker::note_trouble(const std::string& text, bool refused, bool hopeless) {
    const std::lock_guard lock{trouble_mutex_};
    std::string& first = refused ? trouble_.refusal : trouble_.connect_error;
    if (first.empty() || hopeless) first = text;
    trouble_.hopeless = trouble_.hopeless || hopeless;
}

Worker::Trouble Worker::trouble() {
    const std::lock_guard lock{trouble_mutex_};
    return trouble_;
}

std::int64_t Worker::say_goodbye() {
    closing_ = true;
    for (std::uint32_t who = 0; who != connections_.size(); ++who) {
        Connection& c = connections_[who];
        out_.clear();
        if (c.state == State::ready) c.protocol->goodbye(out_);
        if (!out_.empty())
            send(who, out_);
        else
            lose(who, {});
    }
    return still_open();
}

std::int64_t Worker::still_open() const {
    return std::count_if(connections_.begin(), connections_.end(),
                         [](const Connection& c) { return c.fd >= 0; });
}

}  // namespace pushbench::loadgen
