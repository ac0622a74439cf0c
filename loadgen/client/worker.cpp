#include "loadgen/client/worker.hpp"

#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "loadgen/client/backoff.hpp"
#include "loadgen/client/timetable.hpp"
#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/process.hpp"
#include "loadgen/units.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::size_t read_buffer_bytes = 256 * 1024;
constexpr std::int64_t first_retry_ns = 100 * ns_per_ms;
constexpr std::int64_t longest_retry_ns = 5 * ns_per_s;
constexpr std::int64_t answer_limit_ns = 10 * ns_per_s;
constexpr std::int64_t long_poll_limit_ns = 40 * ns_per_s;  // the 25 s that a server may wait, and some more

using State = Connection::State;

}  // namespace

/// Turns what a protocol reports into ledger, histograms and counters of the connection it reports about.
class Worker::Inbox final : public Receiver {
 public:
    Inbox(Worker& worker, Connection& connection, std::int64_t received_ns)
        : worker_{worker}, connection_{connection}, received_ns_{received_ns} {}

    void on_ready(std::optional<std::uint64_t> cursor) override {
        if (cursor && !connection_.ledger.begun()) connection_.ledger.begin(*cursor);
        worker_.set_ready(connection_, true);
    }
    void on_notification(std::string_view json) override { worker_.deliver(connection_, json, received_ns_); }
    void on_gap() override { ++worker_.counters_.gaps; }
    void on_answer(bool empty) override {
        ++worker_.counters_.answers;
        worker_.counters_.empty_answers += empty ? 1 : 0;
        worker_.counters_.response_ns += received_ns_ - connection_.asked_ns;
        worker_.set_in_flight(connection_, false, received_ns_);
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

Worker::Worker(const WorkerSettings& settings, std::uint32_t index)
    : settings_{settings},
      index_{index},
      loop_{*this},
      buffer_(read_buffer_bytes),
      random_{settings.seed + index} {
    for (const std::string& topic : settings_.topics) encoded_topics_.push_back(percent_encoded(topic));
    // Clients are dealt out in turn, so that each worker has its share of all topics and of all phases.
    for (std::uint32_t i = index; i < settings_.connections; i += settings_.workers) {
        Connection& c = connections_.emplace_back();
        c.number = i;
        c.topic = i % static_cast<std::uint32_t>(settings_.topics.size());
        c.retry_base_ns = first_retry_ns;
    }
    thread_ = std::thread{[this] { run(); }};
}

Worker::~Worker() {
    loop_.stop();
    thread_.join();
    for (Connection& c : connections_)
        if (c.fd >= 0) ::close(c.fd);
}

void Worker::run() {
    pthread_setname_np(pthread_self(), ("reader-" + std::to_string(index_)).c_str());
    prctl(PR_SET_TIMERSLACK, 1);  // ns; by default every wait is up to 50 µs longer than asked
    if (settings_.cpus.size() > 1) {
        cpu_set_t cpu;
        CPU_ZERO(&cpu);
        CPU_SET(static_cast<unsigned>(settings_.cpus[index_ % settings_.cpus.size()]), &cpu);
        pthread_setaffinity_np(pthread_self(), sizeof cpu, &cpu);
    }
    loop_.run();
}

void Worker::start(std::int64_t origin_ns) {
    loop_.post([this, origin_ns] {
        origin_ns_ = in_flight_since_ns_ = origin_ns;
        for (std::uint32_t who = 0; who != connections_.size(); ++who) {
            const double wait_s = connections_[who].number / settings_.connects_per_s;
            set_timer(who, origin_ns + static_cast<std::int64_t>(wait_s * 1e9));
        }
    });
}

// ---- a connection comes and goes

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
    ++counters_.opened;
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

void Worker::request(std::uint32_t who) {
    Connection& c = connections_[who];
    std::optional<std::uint64_t> after;
    if (c.ledger.begun()) after = c.ledger.head();
    out_.clear();
    c.protocol->request({settings_.target.text, encoded_topics_[c.topic], after}, out_);
    c.asked_ns = now_ns();
    if (!out_.empty()) ++counters_.requests;
    if (settings_.transport->pace != Pace::once) set_in_flight(c, true, c.asked_ns);
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
        if (!c.was_ready) connect_times_.record(now_ns() - c.started_ns);
        c.was_ready = true;
    }
    ready_.store(ready_.load(std::memory_order_relaxed) + (ready ? 1 : -1), std::memory_order_relaxed);
}

void Worker::set_in_flight(Connection& c, bool in_flight, std::int64_t time_ns) {
    if (c.in_flight == in_flight) return;
    c.in_flight = in_flight;
    counters_.in_flight_ns += in_flight_ * (time_ns - in_flight_since_ns_);
    in_flight_since_ns_ = time_ns;
    in_flight_ += in_flight ? 1 : -1;
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
    set_in_flight(c, false, now_ns());
    set_ready(c, false);
    close_socket(c);
    if (closing_) {
        c.state = State::done;
        return;
    }
    c.state = State::closed;
    ++(was_ready ? counters_.reconnects : counters_.connect_failures);
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

// ---- events

void Worker::on_events(std::uint32_t who, std::uint32_t events) {
    Connection& c = connections_[who];
    if (c.fd < 0) return;
    if (c.state == State::connecting) {
        if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return;
        connected(who);
    } else if ((events & EPOLLOUT) != 0 && !c.unsent.empty()) {
        std::string unsent;
        unsent.swap(c.unsent);
        send(who, unsent);
    }
    // Edges come once: what ended the stream lies behind the last bytes and must be read now as well.
    const bool ended = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    if (c.fd >= 0 && ((events & EPOLLIN) != 0 || ended)) read(who, ended);
}

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
        ++counters_.reads;
        const auto size = static_cast<std::size_t>(got);
        take(who, {buffer_.data(), size}, received_ns);
        if (c.fd < 0 || (size < buffer_.size() && !to_the_end)) return;
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
    if (settings_.transport->pace == Pace::at_once) return request(who);
    Connection& c = connections_[who];
    const double phase = phase_share(c.number, settings_.seed);
    const Timetable table{
        origin_ns_ + static_cast<std::int64_t>(phase * static_cast<double>(settings_.poll_interval_ns)),
        settings_.poll_interval_ns};
    const std::int64_t now = now_ns();
    // `timer_ns` is when this poll was due (or the connect was, where it is the first).
    if (c.was_ready && c.timer_ns > origin_ns_) counters_.skipped_polls += table.between(c.timer_ns, now);
    set_timer(who, table.next_after(now));
}

void Worker::set_timer(std::uint32_t who, std::int64_t due_ns) {
    connections_[who].timer_ns = due_ns;
    loop_.at(due_ns, who);
}

void Worker::on_timer(std::uint32_t who, std::int64_t due_ns) {
    Connection& c = connections_[who];
    if (due_ns != c.timer_ns || closing_) return;
    if (c.state == State::closed)
        open(who);
    else if (c.state == State::ready && !c.in_flight)
        request(who);
}

void Worker::on_sweep(std::int64_t now) {
    const bool waits_long = settings_.transport->pace == Pace::at_once;
    for (std::uint32_t who = 0; who != connections_.size(); ++who) {
        const Connection& c = connections_[who];
        const bool opening = c.state == State::connecting || c.state == State::asking;
        const std::int64_t limit_ns =
            waits_long && c.state == State::ready ? long_poll_limit_ns : answer_limit_ns;
        if ((opening && now - c.started_ns > answer_limit_ns) || (c.in_flight && now - c.asked_ns > limit_ns))
            lose(who, "no answer within " + std::to_string(limit_ns / ns_per_s) + " s");
    }
}

// ---- notifications

bool Worker::read_stamp(const Connection& c, std::string_view json, Stamp& stamp) const {
    const std::string& topic = settings_.topics[c.topic];
    if (parse_stamp(json, stamp) && stamp.topic == topic && stamp.seq != 0) return true;
    const auto whole = from_json(json);  // slow, but knows any order of keys and any escape
    if (!whole || whole->topic != topic || whole->seq == 0) return false;
    stamp = {whole->seq, topic, whole->due_ns, whole->sent_ns};
    return true;
}

void Worker::deliver(Connection& c, std::string_view json, std::int64_t received_ns) {
    Stamp stamp;
    if (!read_stamp(c, json, stamp)) {
        ++counters_.malformed;
        return;
    }
    const Ledger::Kind kind = c.ledger.record(stamp.seq);
    if (kind == Ledger::Kind::before) return;
    if (kind == Ledger::Kind::repeat) {
        ++counters_.duplicated;
        return;
    }
    if (kind == Ledger::Kind::late) ++counters_.reordered;
    ++counters_.delivered;
    delivered_.store(counters_.delivered, std::memory_order_relaxed);
    recorder_.record(stamp, received_ns);
    if (fanout_ != nullptr) fanout_->record(stamp.seq, stamp.due_ns, received_ns, recorder_.fanout);
}

// ---- asked by the trial

Worker::Snapshot Worker::snapshot() {
    const std::int64_t now = now_ns();
    counters_.in_flight_ns += in_flight_ * (now - in_flight_since_ns_);
    in_flight_since_ns_ = now;
    Snapshot shot{counters_, closed_wire_, thread_cpu_ns()};
    for (const Connection& c : connections_)
        if (c.fd >= 0) shot.wire += wire_counts(c.fd);
    return shot;
}

bool Worker::begin_counting(const std::vector<std::uint64_t>& heads, FanoutTracker* fanout) {
    for (Connection& c : connections_) c.ledger.begin(heads[c.topic]);
    recorder_ = Recorder{};
    fanout_ = fanout;
    counters_.delivered = counters_.duplicated = counters_.reordered = counters_.gaps = counters_.malformed =
        0;
    delivered_.store(0, std::memory_order_relaxed);
    return true;
}

std::int64_t Worker::behind(const std::vector<std::uint64_t>& heads) const {
    return std::count_if(connections_.begin(), connections_.end(),
                         [&](const Connection& c) { return c.ledger.head() < heads[c.topic]; });
}

bool Worker::raise_heads(std::vector<std::uint64_t>& heads) const {
    for (const Connection& c : connections_) heads[c.topic] = std::max(heads[c.topic], c.ledger.head());
    return true;
}

std::int64_t Worker::lost(const std::vector<std::uint64_t>& heads) const {
    std::uint64_t sum = 0;
    for (const Connection& c : connections_) sum += c.ledger.lost(heads[c.topic]);
    return static_cast<std::int64_t>(sum);
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
