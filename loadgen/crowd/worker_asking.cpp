// What a worker sends: when a client asks, and for what.
#include <algorithm>
#include <charconv>

#include "loadgen/crowd/worker.hpp"
#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

/// Clients that came at their own times have polls that come back at their own times. Ours come together, and
/// the probe brings all their polls back at once: so until counting begins each is parked up to the client's
/// own turn, and from then on for the whole of the wait.
std::chrono::milliseconds Worker::poll_wait(const Subscriber& s) const {
    if (settings_.transport->pace != Pace::at_once) return {};
    const std::int64_t whole_ns = settings_.poll_wait_ns;
    const bool whole = counting_ || !settings_.spread_polls;
    const std::int64_t asked_ns = s.link->asked_ns;
    const std::int64_t wait_ns = whole ? whole_ns : timetable(s, whole_ns).next_after(asked_ns) - asked_ns;
    // Not before its turn: the next would be parked for what is left, next to nothing.
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds{wait_ns});
}

Subscription Worker::subscription(const Subscriber& s) {
    std::string_view cursor = s.cursor.view();
    if (!settings_.behaviour.resumes)
        cursor = {};
    else if (cursor.empty() && settings_.speech.goes_on_by_sequence() && s.ledger.begun()) {
        const char* end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), s.ledger.head()).ptr;
        cursor = {digits_.data(), static_cast<std::size_t>(end - digits_.data())};
    }
    return {target_of(s),
            settings_.topics[s.topic],
            encoded_topics_[s.topic],
            cursor,
            s.number,
            settings_.token_of(s.number),
            poll_wait(s)};
}

void Worker::request(std::uint32_t who) {
    Subscriber& s = subscribers_[who];
    Link& link = *s.link;
    out_.clear();
    link.asked_ns = now_ns();
    link.protocol->request(subscription(s), out_);
    if (!out_.empty()) ++tally_.counters.requests;
    if (polls()) tally_.set_in_flight(link, true, link.asked_ns);
    send(link, out_);
}

void Worker::say(std::uint32_t who, std::string message) {
    loop_.post([this, who, message = std::move(message)] {
        Subscriber& s = subscribers_[who];
        if (s.state != Subscriber::State::subscribed || !s.link || !s.link->is_open()) return;
        out_.clear();
        s.link->protocol->say(message, out_);
        send(*s.link, out_);
    });
}

void Worker::send(Link& link, std::string_view bytes) {
    if (!link.unsent.empty()) {
        link.unsent += bytes;
        return;
    }
    if (bytes.empty()) return;
    while (!bytes.empty()) {
        const IoResult sent = link.channel.write(bytes);
        if (is_over(sent.state)) return;  // the read that follows tells what happened
        if (sent.state != Io::done) break;
        count_bytes(link, 0, sent.bytes);
        bytes.remove_prefix(sent.bytes);
    }
    link.unsent = bytes;
}

/// As they are on the wire: of TLS with all that it adds, handshakes too.
void Worker::count_bytes(Link& link, std::size_t in_bytes, std::size_t out_bytes) {
    if (TlsSession* tls = link.channel.tls()) {
        const TlsSession::Traffic traffic = tls->take_traffic();
        in_bytes = traffic.in_bytes;
        out_bytes = traffic.out_bytes;
    }
    tally_.counters.bytes_in += static_cast<std::int64_t>(in_bytes);
    tally_.counters.bytes_out += static_cast<std::int64_t>(out_bytes);
}

/// A poll has its answer: when is the next? Its connection may be gone meanwhile.
void Worker::answered(std::uint32_t who) {
    if (closing_) return;
    Subscriber& s = subscribers_[who];
    s.asked_again = false;
    if (s.place != 0) close_link(s);  // each poll asks where it was told to, and is sent elsewhere from there
    if (settings_.transport->pace == Pace::at_once || settings_.poll_interval_ns == 0)
        return s.link ? request(who) : open(who);
    const Timetable table = timetable(s, settings_.poll_interval_ns);
    const std::int64_t now = now_ns();
    // `timer_ns` is when this poll was due (or the connect was, where it is the first).
    if (s.was_subscribed && s.timer_ns > origin_ns_)
        tally_.counters.skipped_polls += table.between(s.timer_ns, now);
    set_timer(who, table.next_after(now));
}

/// "GET /events?topic=default", as this client asks: for messages, where nobody is in a hurry any more.
std::string Worker::request_line(const Subscriber& s) {
    std::string out;
    s.link->protocol->request(subscription(s), out);
    const auto end = std::min(out.find(" HTTP/1."), out.find_first_of("\r\n"));
    return out.substr(0, end);
}

}  // namespace pushbench::loadgen
