#include "loadgen/crowd/worker.hpp"

#include <pthread.h>
#include <sys/prctl.h>

#include <algorithm>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/process.hpp"
#include "loadgen/wire/percent.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::size_t read_buffer_bytes = 256 * 1024;
constexpr std::int64_t silence_limit_ns = 10 * ns_per_s;

using State = Subscriber::State;

}  // namespace

Worker::Worker(const CrowdSettings& settings, std::uint32_t index)
    : settings_{settings},
      index_{index},
      loop_{*this, settings.awake_ns},
      tally_{settings_.topics, settings_.messages, settings_.ahead_ns},
      buffer_(read_buffer_bytes),
      random_{settings.seed + index} {
    for (const std::string& topic : settings_.topics) encoded_topics_.push_back(percent_encoded(topic));
    // Clients are dealt out in turn, so that each worker has its share of all topics and of all phases.
    subscribers_.resize((settings_.connections + settings_.workers - 1 - index) / settings_.workers);
    for (std::uint32_t k = 0; k != subscribers_.size(); ++k) {
        Subscriber& s = subscribers_[k];
        s.number = index + k * settings_.workers;
        s.topic = s.number % static_cast<std::uint32_t>(settings_.topics.size());
        s.role = role_of(s.number, settings_.behaviour);
        s.retry_base_ms = static_cast<std::uint32_t>(settings_.behaviour.retry_after.count() / ns_per_ms);
    }
    in_state_[static_cast<std::size_t>(State::away)] = static_cast<std::int64_t>(subscribers_.size());
    thread_ = std::thread{[this] { run(); }};
}

Worker::~Worker() {
    loop_.stop();
    thread_.join();
}

void Worker::run() {
    pthread_setname_np(pthread_self(), ("reader-" + std::to_string(index_ / settings_.ranks)).c_str());
    prctl(PR_SET_TIMERSLACK, 1);  // ns; by default every wait is up to 50 µs longer than asked
    if (settings_.cpus.size() > 1) {
        cpu_set_t cpu;
        CPU_ZERO(&cpu);
        const std::size_t here = index_ / settings_.ranks;
        CPU_SET(static_cast<unsigned>(settings_.cpus[here % settings_.cpus.size()]), &cpu);
        pthread_setaffinity_np(pthread_self(), sizeof cpu, &cpu);
    }
    loop_.run();
}

void Worker::start(std::int64_t origin_ns) {
    loop_.post([this, origin_ns] {
        origin_ns_ = origin_ns;
        tally_.bring_up(origin_ns);
        for (std::uint32_t who = 0; who != subscribers_.size(); ++who)
            set_timer(who, connect_due_ns(subscribers_[who]));
    });
}

// ---- events

void Worker::on_events(std::uint32_t who, std::uint32_t events) {
    Subscriber& s = subscribers_[who];
    if (!s.link) return;
    if (s.link->state == Link::State::connecting) {
        if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) return;
        connected(who);
    } else if (s.link->state == Link::State::shaking_hands) {
        shake_hands(who);
    } else if ((events & EPOLLOUT) != 0 && !s.link->unsent.empty()) {
        send(*s.link, s.link->unsent.take());
    }
    // Edges come once: what ended the stream lies behind the last bytes and must be read now as well.
    const bool ended = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    // What TLS has taken off the socket already is in no event of it.
    const bool tls = s.link && s.link->channel.tls() != nullptr;
    if (!s.is_steady() && holds_back(who, ended)) return;
    if ((events & EPOLLIN) != 0 || ended || tls) read(who, ended);
}

Timetable Worker::timetable(const Subscriber& s, std::int64_t interval_ns) const {
    return timetable_of(s.number, settings_.seed, origin_ns_, interval_ns);
}

void Worker::set_timer(std::uint32_t who, std::int64_t due_ns) {
    subscribers_[who].timer_ns = due_ns;
    loop_.at(due_ns, who);
}

void Worker::on_timer(std::uint32_t who, std::int64_t due_ns) {
    const Subscriber& s = subscribers_[who];
    if (due_ns != s.timer_ns || closing_ || s.state == State::done) return;
    if (!s.is_steady() && holds_back(who, false)) return;
    if (!s.link)
        open(who);
    else if (s.state == State::subscribed && s.link->is_open() && !s.link->in_flight)
        request(who);
}

void Worker::on_sweep(std::int64_t now) {
    tally_.bring_up(now);
    const bool waits_long = settings_.transport->pace == Pace::at_once;
    const std::int64_t parked_limit_ns = settings_.poll_wait_ns + silence_limit_ns;
    for (std::uint32_t who = 0; who != subscribers_.size(); ++who) {
        Subscriber& s = subscribers_[who];
        if (!s.link || (behaving_ && !s.is_steady())) continue;
        keep_awake(*s.link, now);
        const bool opening = !s.link->is_open() || s.state != State::subscribed;
        const std::int64_t limit_ns = waits_long && !opening ? parked_limit_ns : silence_limit_ns;
        if ((opening && now - s.link->started_ns > silence_limit_ns) ||
            (s.link->in_flight && now - s.link->asked_ns > limit_ns))
            lose(who, "no answer within " + std::to_string(limit_ns / ns_per_s) + " s");
    }
    last_sweep_ns_ = now;
}

/// Says the dialect's heartbeat where it is due, by each connection's own beginning: they do not come at
/// once.
void Worker::keep_awake(Link& link, std::int64_t now) {
    const std::int64_t every_ns = settings_.speech.heartbeat_every.count();
    if (every_ns == 0 || !link.is_open() || last_sweep_ns_ < link.started_ns) return;
    if ((now - link.started_ns) / every_ns == (last_sweep_ns_ - link.started_ns) / every_ns) return;
    out_.clear();
    link.protocol->heartbeat(out_);
    send(link, out_);
}

// ---- asked by the trial

Worker::Snapshot Worker::snapshot() {
    const std::int64_t now = now_ns();
    tally_.bring_up(now);
    return {now, tally_.counters, thread_cpu_ns(), loop_.use()};
}

Worker::Snapshot Worker::snapshot_at(WindowEnd end) {
    tally_.time_responses(end == WindowEnd::begin);
    if (end == WindowEnd::begin) loop_.reset_busiest();
    return snapshot();
}

bool Worker::begin_slices(std::int64_t origin_ns, std::int64_t step_ns) {
    tally_.begin_slices(origin_ns, step_ns);
    return true;
}

bool Worker::end_slices(std::int64_t time_ns) {
    tally_.end_slices(time_ns);
    return true;
}

WireCounts Worker::wire(std::size_t first, std::size_t count) const {
    WireCounts sum = first == 0 ? closed_wire_ : WireCounts{};
    const std::size_t last = std::min(first + count, subscribers_.size());
    for (std::size_t who = first; who < last; ++who)
        if (subscribers_[who].link) sum += wire_counts(subscribers_[who].link->channel.fd());
    return sum;
}

bool Worker::clear_records() {
    tally_.clear_records();
    return true;
}

std::vector<std::uint64_t> Worker::begin_counting(const std::vector<std::uint64_t>& heads,
                                                  FanoutTracker* fanout) {
    std::vector<std::uint64_t> edges(heads.size(), unknown_head);
    for (Subscriber& s : subscribers_) {
        s.heard = false;
        const bool is_known = heads[s.topic] != unknown_head;
        if (!is_known && !s.ledger.begun()) continue;  // the first that comes begins it
        const std::uint64_t edge = std::max(is_known ? heads[s.topic] : 0, s.ledger.head());
        s.ledger.begin(edge);
        edges[s.topic] = std::min(edges[s.topic], edge);
    }
    tally_.begin_counting(fanout, now_ns());
    counting_ = true;
    return edges;
}

bool Worker::lower_starts(std::vector<std::uint64_t>& starts) const {
    for (const Subscriber& s : subscribers_) starts[s.topic] = std::min(starts[s.topic], s.ledger.start());
    return true;
}

bool Worker::mark_heard(std::vector<bool>& topics) const {
    for (const Subscriber& s : subscribers_)
        if (s.heard && s.is_steady()) topics[s.topic] = true;
    return true;
}

std::int64_t Worker::silent(const std::vector<bool>& topics) const {
    return std::count_if(subscribers_.begin(), subscribers_.end(),
                         [&](const Subscriber& s) { return s.is_steady() && !s.heard && topics[s.topic]; });
}

std::int64_t Worker::behind(const std::vector<std::uint64_t>& heads) const {
    return std::count_if(subscribers_.begin(), subscribers_.end(), [&](const Subscriber& s) {
        // Who came in the place of another is promised nothing before its first.
        const bool promised = s.joined_ns == 0 || s.ledger.begun();
        return s.is_steady() && promised && s.ledger.head() < heads[s.topic];
    });
}

bool Worker::raise_heads(std::vector<std::uint64_t>& heads) const {
    for (const Subscriber& s : subscribers_) heads[s.topic] = std::max(heads[s.topic], s.ledger.head());
    return true;
}

std::int64_t Worker::expected(const std::vector<std::uint64_t>& heads) const {
    std::uint64_t sum = 0;
    for (const Subscriber& s : subscribers_)
        if (s.is_steady()) sum += s.ledger.expected(heads[s.topic]);
    return static_cast<std::int64_t>(sum);
}

std::int64_t Worker::lost(const std::vector<std::uint64_t>& heads) const {
    std::uint64_t sum = 0;
    for (const Subscriber& s : subscribers_)
        if (s.is_steady()) sum += s.ledger.lost(heads[s.topic]);
    return static_cast<std::int64_t>(sum);
}

}  // namespace pushbench::loadgen
