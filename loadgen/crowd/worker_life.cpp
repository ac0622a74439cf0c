// How the connections of a worker come and go.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include "loadgen/crowd/backoff.hpp"
#include "loadgen/crowd/inbox.hpp"
#include "loadgen/crowd/worker.hpp"
#include "loadgen/measure/clock.hpp"
#include "loadgen/transport/http_refusal.hpp"
#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/socket.hpp"

namespace pushbench::loadgen {
namespace {

using State = Subscriber::State;

/// Of a slow reader: with the kernel's own buffer, megabytes would lie there before a server felt it.
constexpr int slow_receive_buffer_bytes = 8 * 1024;

std::int64_t& refusals_of(Counters& counters, int status) {
    if (status == 0) return counters.protocol_errors;
    if (status < 300) return counters.refused_2xx;
    if (status < 400) return counters.refused_3xx;
    return status < 500 ? counters.refused_4xx : counters.refused_5xx;
}

}  // namespace

/// Connects have a timetable too: what one waits for its turn, or for a second attempt, is in its time.
std::int64_t Worker::connect_due_ns(const Subscriber& s) const {
    if (s.joined_ns != 0) return s.joined_ns;
    return origin_ns_ + static_cast<std::int64_t>(s.number / settings_.connects_per_s * 1e9);
}

void Worker::open(std::uint32_t who) {
    Subscriber& s = subscribers_[who];
    const Target& target = target_of(s);
    const auto& addresses = target.addresses;
    const Address& address = addresses[(s.number + s.failed_attempts) % addresses.size()];
    const unsigned source = settings_.source_addresses == 0 ? 0 : 1 + s.number % settings_.source_addresses;
    const bool slow = s.role == Role::slow;
    const int fd = start_connect(address, source, slow ? slow_receive_buffer_bytes : 0);
    if (fd < 0) {
        const bool hopeless = fd == -EADDRNOTAVAIL || fd == -EMFILE || fd == -ENFILE;
        if (hopeless) note_hopeless(std::strerror(-fd));
        return try_next_address(who, std::strerror(-fd));
    }
    // Who comes back may resume; what a first handshake costs must not depend on whom else there is.
    s.link.emplace(target.channel(fd, s.was_subscribed ? Resume::yes : Resume::no),
                   settings_.transport->make(settings_.speech), now_ns());
    if (settings_.receive_stamps) s.link->channel.stamp_reads();
    ++tally_.counters.opened;
    if (cut_ns_ != 0) storm_.connect(s.link->started_ns - cut_ns_);
    if (!loop_.watch(fd, who)) lose(who, std::strerror(errno));
}

void Worker::connected(std::uint32_t who) {
    Subscriber& s = subscribers_[who];
    const int error = connect_outcome(s.link->channel.fd());
    if (error != 0) return try_next_address(who, std::strerror(error));
    s.link->state = Link::State::shaking_hands;
    shake_hands(who);
}

/// A name may have addresses where nobody listens: none of them is a failure as long as there is another one.
void Worker::try_next_address(std::uint32_t who, const std::string& why) {
    Subscriber& s = subscribers_[who];
    if (closing_ || s.failed_attempts + 1U >= target_of(s).addresses.size()) return lose(who, why);
    const std::uint16_t place = s.place;
    close_link(s);
    s.place = place;
    ++s.failed_attempts;
    open(who);
}

/// TLS takes several steps, a plain connection none.
void Worker::shake_hands(std::uint32_t who) {
    Subscriber& s = subscribers_[who];
    const Io step = s.link->channel.handshake();
    if (is_over(step)) return lose(who, s.link->channel.describe({.state = step}));
    if (step != Io::done) return;
    if (const TlsSession* tls = s.link->channel.tls()) {
        ++tally_.counters.tls_handshakes;
        tally_.counters.tls_resumptions += tls->resumed() ? 1 : 0;
        tls_times_.record(tls->handshake_ns());
    }
    s.link->state = Link::State::open;
    request(who);
    if (settings_.transport->opening == Opening::by_connect || settings_.speech.parks_first)
        set_subscribed(s);
}

void Worker::set_state(Subscriber& s, State state) {
    if (state == s.state) return;
    const auto add = [&](State which, std::int64_t change) {
        auto& count = in_state_[static_cast<std::size_t>(which)];
        count.store(count.load(std::memory_order_relaxed) + change, std::memory_order_relaxed);
    };
    add(s.state, -1);
    s.state = state;
    add(state, 1);
}

void Worker::set_subscribed(Subscriber& s) {
    s.failed_attempts = 0;
    s.redirects = 0;
    if (!s.was_subscribed) connect_times_.record(now_ns() - connect_due_ns(s));
    s.was_subscribed = true;
    if (s.was_cut) back_times_.record(now_ns() - cut_ns_);
    s.was_cut = false;
    set_state(s, State::subscribed);
}

/// What the next connection must know is taken off this one.
void Worker::close_link(Subscriber& s) {
    if (!s.link) return;
    tally_.set_in_flight(*s.link, false, now_ns());
    s.cursor = s.link->protocol->cursor();
    closed_wire_ += wire_counts(s.link->channel.fd());
    s.link.reset();
    s.place = 0;
}

/// The connection is at its end, by the protocol or by the peer: what does its subscriber do next?
void Worker::over(std::uint32_t who, const Inbox& inbox, const std::string& why) {
    Subscriber& s = subscribers_[who];
    if (inbox.refusal && !closing_) return refused(who, *inbox.refusal);
    // A poll whose server ends connections between polls, or has ended this one with its answer, is none the
    // worse for it: it asks again when it is its turn (RFC 9112 §9.3).
    const bool served = polls() && s.state == State::subscribed && !closing_;
    const bool unanswered = s.link->in_flight;
    // Who asks counts as subscribed where the first poll is parked; but a peer that closes it, and the next
    // one as well, has taken connections and nothing more.
    if (served && unanswered && s.asked_again && !s.was_served)
        return refused(who,
                       protocol_error("nothing: " + why + ", twice, and no poll was ever answered", true));
    if (!served || (unanswered && s.asked_again)) return lose(who, why);
    close_link(s);
    if (inbox.answered) return answered(who);
    if (!unanswered) return;
    // The peer may have closed just when the request was under way. A GET may be sent again by itself
    // (RFC 9110 §9.2.2), but only once: whoever closes each time must not be asked without end.
    s.asked_again = true;
    ++tally_.counters.repeated_polls;
    open(who);
}

/// The peer will not serve this client: not yet, or not at all.
void Worker::refused(std::uint32_t who, const Refusal& why) {
    Subscriber& s = subscribers_[who];
    s.cursor = s.link->protocol->cursor();
    std::string text = target_of(s).authority + " answered " + request_line(s) + " with " + why.reason;
    if (!why.said.empty()) text += "; it says '" + why.said + "'";
    if (!why.location.empty() && follow(who, why.location, text)) return;
    tally_.bring_up(now_ns());
    ++refusals_of(tally_.counters, why.status);
    note_refusal(text);
    close_link(s);
    // Who has said something right speaks the protocol, and has only stumbled. A long poll that is parked, or
    // a handshake alone, proves nothing yet.
    const bool for_good = why.status == 0 ? !s.was_served : why.for_good;
    if (for_good) return set_state(s, State::done);
    set_state(s, State::put_off);
    come_back(who, now_ns() + why.retry_after.value_or(std::chrono::milliseconds{0}).count() * ns_per_ms);
}

/// Asks where the answer says, as fetch() does it for a GET (WHATWG Fetch, HTTP-redirect fetch), if that can
/// be. Adds to `text` why not.
bool Worker::follow(std::uint32_t who, const std::string& location, std::string& text) {
    constexpr std::uint8_t most_redirects = 5;
    Subscriber& s = subscribers_[who];
    if (s.redirects == most_redirects) {
        text += "; that is one redirect after " + std::to_string(most_redirects) + " others";
        return false;
    }
    try {
        const std::uint16_t place = places_.find(target_of(s), location);
        close_link(s);
        s.place = place;
    } catch (const Failure& failure) {
        text += std::string{"; the redirect leads nowhere: "} + failure.what();
        return false;
    }
    ++s.redirects;
    ++tally_.counters.redirects;
    open(who);
    return true;
}

/// The connection is lost, or never came to be: its subscriber comes back later, unless all is over.
void Worker::lose(std::uint32_t who, const std::string& why) {
    Subscriber& s = subscribers_[who];
    const bool was_served = s.state == State::subscribed && s.link && s.link->is_open();
    close_link(s);
    if (closing_) return set_state(s, State::done);
    tally_.bring_up(now_ns());
    note_connect_error(why);
    ++(was_served ? tally_.counters.reconnects : tally_.counters.connect_failures);
    set_state(s, State::away);
    come_back(who, now_ns());
}

/// After a pause that grows from attempt to attempt.
void Worker::come_back(std::uint32_t who, std::int64_t not_before_ns) {
    Subscriber& s = subscribers_[who];
    const std::int64_t base_ns = s.retry_base_ms * ns_per_ms;
    const auto wait_ns = settings_.behaviour.retry == Retry::fixed
                             ? base_ns
                             : backoff_ns(s.failed_attempts, base_ns, longest_retry_ns, random_);
    if (s.failed_attempts < UINT8_MAX) ++s.failed_attempts;
    s.redirects = 0;
    set_timer(who, not_before_ns + wait_ns);
}

void Worker::note_refusal(const std::string& text) {
    const std::lock_guard lock{trouble_mutex_};
    trouble_.refusals.add(text);
}

void Worker::note_connect_error(const std::string& text) {
    const std::lock_guard lock{trouble_mutex_};
    trouble_.connect_errors.add(text);
}

void Worker::note_hopeless(const std::string& text) {
    const std::lock_guard lock{trouble_mutex_};
    if (trouble_.hopeless.empty()) trouble_.hopeless = text;
}

Trouble Worker::trouble() {
    const std::lock_guard lock{trouble_mutex_};
    return trouble_;
}

std::int64_t Worker::say_goodbye() {
    closing_ = true;
    for (std::uint32_t who = 0; who != subscribers_.size(); ++who) {
        Subscriber& s = subscribers_[who];
        out_.clear();
        const bool gone = behaving_ && s.role == Role::vanishing;
        if (s.link && s.state == State::subscribed && !gone) s.link->protocol->goodbye(out_);
        if (!out_.empty())
            send(*s.link, out_);
        else
            lose(who, {});
    }
    return still_open();
}

std::int64_t Worker::still_open() const {
    return std::count_if(subscribers_.begin(), subscribers_.end(),
                         [](const Subscriber& s) { return s.link.has_value(); });
}

}  // namespace pushbench::loadgen
