// How some clients of a worker behave that are not steady: they come and go, read slowly, vanish, are cut
// off.
#include <linux/filter.h>
#include <sys/socket.h>

#include <cmath>

#include "loadgen/crowd/worker.hpp"
#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {
namespace {

using State = Subscriber::State;

constexpr std::int64_t slow_turn_ns = 100 * ns_per_ms;

/// From now on the kernel drops whatever comes for this socket, before it looks at it: so nothing is
/// acknowledged, as if the cable were pulled. A peer sees no FIN and no RST.
void drop_all_that_comes(int fd) {
    sock_filter nothing{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &nothing};
    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/// The close that follows is a reset, as from a proxy that dies.
void cut_on_close(int fd) {
    const linger at_once{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

bool Worker::begin_behaving(std::int64_t begin_ns) {
    const Behaviour& behaviour = settings_.behaviour;
    if (!behaviour.any()) return true;
    behaving_ = true;
    for (Subscriber& s : subscribers_)
        if (s.role == Role::vanishing && s.link) drop_all_that_comes(s.link->channel.fd());
    if (behaviour.cut_after) loop_.post([this] { cut(); }, begin_ns + behaviour.cut_after->count());
    if (behaviour.slow_share > 0 && behaviour.slow_bytes_per_s > 0) read_slowly(begin_ns + slow_turn_ns);
    if (behaviour.churn_per_s > 0 && !subscribers_.empty()) {
        const double share = static_cast<double>(subscribers_.size()) / settings_.connections;
        churns_ = true;
        churn_step_ns_ = std::max<std::int64_t>(1, std::llround(1e9 / (behaviour.churn_per_s * share)));
        // Workers take turns, and do not all let one go at once.
        churn(begin_ns + churn_step_ns_ * (index_ + 1) / settings_.workers);
    }
    return true;
}

/// By a timetable of its own: where one comes late, the next are not put off by it.
void Worker::churn(std::int64_t due_ns) {
    loop_.post(
        [this, due_ns] {
            if (closing_ || !churns_) return;
            for (std::size_t tried = 0; tried != subscribers_.size(); ++tried) {
                const auto who = static_cast<std::uint32_t>(churn_next_++ % subscribers_.size());
                const Subscriber& s = subscribers_[who];
                if (!s.is_steady() || s.state != State::subscribed) continue;
                replace(who);
                break;
            }
            churn(due_ns + churn_step_ns_);
        },
        due_ns);
}

/// A client leaves as one does that closes its page, and another one connects at once, from now on.
void Worker::replace(std::uint32_t who) {
    Subscriber& s = subscribers_[who];
    if (s.link) {
        out_.clear();
        s.link->protocol->goodbye(out_);
        send(*s.link, out_);
    }
    close_link(s);
    s.cursor = std::string_view{};
    s.ledger.leave();
    s.was_subscribed = false;
    s.asked_again = false;
    s.last_message_ns = 0;
    s.joined_ns = now_ns();
    ++tally_.counters.replaced;
    set_state(s, State::away);
    open(who);
}

void Worker::cut() {
    if (closing_) return;
    cut_ns_ = now_ns();
    tally_.bring_up(cut_ns_);
    for (std::uint32_t who = 0; who != subscribers_.size(); ++who) {
        Subscriber& s = subscribers_[who];
        if (!s.link || s.state != State::subscribed || !is_cut(s.number, settings_.behaviour)) continue;
        cut_on_close(s.link->channel.fd());
        close_link(s);
        s.was_cut = true;
        ++tally_.counters.cut;
        set_state(s, State::away);
        come_back(who, cut_ns_);
    }
}

/// So much at a turn; what it leaves stays in the kernel, and then with the server.
void Worker::read_slowly(std::int64_t due_ns) {
    loop_.post(
        [this, due_ns] {
            if (closing_) return;
            const double each =
                settings_.behaviour.slow_bytes_per_s * static_cast<double>(slow_turn_ns) / 1e9;
            const auto most = std::min(buffer_.size(), static_cast<std::size_t>(std::max(1.0, each)));
            for (std::uint32_t who = 0; who != subscribers_.size(); ++who) {
                Subscriber& s = subscribers_[who];
                if (s.role != Role::slow || !s.link || !s.link->is_open()) continue;
                const IoResult got = s.link->channel.read(buffer_.data(), most);
                if (got.state == Io::done)
                    take(who, got, now_ns(), false);
                else if (is_over(got.state))
                    dropped(who);
            }
            read_slowly(due_ns + slow_turn_ns);
        },
        due_ns);
}

/// The server has had enough of a slow reader, which does not come back.
void Worker::dropped(std::uint32_t who) {
    close_link(subscribers_[who]);
    ++tally_.counters.dropped;
    set_state(subscribers_[who], State::done);
}

/// Of a client that is not steady: whether what the loop tells of it is to be left alone. Of the end of a
/// slow reader nothing else would tell.
bool Worker::holds_back(std::uint32_t who, bool ended) {
    const Subscriber& s = subscribers_[who];
    if (!behaving_ || closing_ || s.state != State::subscribed) return false;
    if (s.role == Role::slow && ended) dropped(who);
    return true;
}

}  // namespace pushbench::loadgen
