// How a worker reads: from the bytes of a connection to what its protocol finds in them, and what follows.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "loadgen/crowd/worker.hpp"
#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

/// Turns what a protocol reports into ledger, histograms and counters of the connection it reports about.
class Worker::Inbox final : public Receiver {
 public:
    Inbox(Worker& worker, Connection& connection, std::int64_t received_ns)
        : worker_{worker}, connection_{connection}, received_ns_{received_ns} {}

    void on_ready(std::optional<std::uint64_t> cursor) override {
        if (cursor && !connection_.ledger.begun()) connection_.ledger.begin(*cursor);
        worker_.set_ready(connection_, true);
    }
    void on_notification(std::string_view json) override {
        worker_.tally_.deliver(connection_, json, received_ns_);
    }
    void on_gap() override { ++worker_.tally_.counters.gaps; }
    void on_answer(bool empty) override {
        worker_.tally_.answer(connection_, empty, received_ns_);
        answered = true;
    }
    void on_retry(std::chrono::milliseconds delay) override {
        connection_.retry_base_ns = std::min(delay.count() * ns_per_ms, longest_retry_ns);
    }
    void on_refused(std::string reason) override {
        refused = true;
        worker_.note_trouble(worker_.settings_.target.text + " " + reason, true);
    }

    bool answered = false;
    bool refused = false;

 private:
    Worker& worker_;
    Connection& connection_;
    std::int64_t received_ns_;
};

void Worker::read(std::uint32_t who, bool to_the_end) {
    Connection& c = connections_[who];
    while (true) {
        const auto got = ::recv(c.fd, buffer_.data(), buffer_.size(), 0);
        const std::int64_t received_ns = now_ns();  // before anything is done with the bytes
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            const std::string why = got < 0 ? std::strerror(errno) : "the server closed the connection";
            if (got == 0) {
                Inbox inbox{*this, c, received_ns};
                c.protocol->ended(inbox);
            }
            return lose(who, why);
        }
        ++tally_.counters.reads;
        const auto size = static_cast<std::size_t>(got);
        take(who, {buffer_.data(), size}, received_ns);
        if (c.fd < 0 || (size < buffer_.size() && !to_the_end)) return;
        // More may be there. But one client that gets more than it can take must not keep all others waiting,
        // nor who asks this thread what it has counted so far: the others come first.
        if (!to_the_end && loop_.watch_again(c.fd, who)) return;
    }
}

void Worker::take(std::uint32_t who, std::string_view bytes, std::int64_t received_ns) {
    Connection& c = connections_[who];
    Inbox inbox{*this, c, received_ns};
    out_.clear();
    const Next next = c.protocol->received(bytes, inbox, out_);
    send(who, out_);
    if (next == Next::close)
        return lose(who, inbox.refused ? std::string{} : "the server closed the connection");
    if (inbox.answered) answered(who);
}

/// A poll has its answer: when is the next?
void Worker::answered(std::uint32_t who) {
    if (closing_) return;
    if (settings_.transport->pace == Pace::at_once || settings_.poll_interval_ns == 0) return request(who);
    Connection& c = connections_[who];
    const Timetable table = timetable(c, settings_.poll_interval_ns);
    const std::int64_t now = now_ns();
    // `timer_ns` is when this poll was due (or the connect was, where it is the first).
    if (c.was_ready && c.timer_ns > origin_ns_)
        tally_.counters.skipped_polls += table.between(c.timer_ns, now);
    set_timer(who, table.next_after(now));
}

}  // namespace pushbench::loadgen
