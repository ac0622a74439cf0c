#include "loadgen/crowd/worker.hpp"

#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/process.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::size_t read_buffer_bytes = 256 * 1024;
constexpr std::int64_t first_retry_ns = 100 * ns_per_ms;
constexpr std::int64_t silence_limit_ns = 10 * ns_per_s;

using State = Connection::State;

}  // namespace

Worker::Worker(const CrowdSettings& settings, std::uint32_t index)
    : settings_{settings},
      index_{index},
      loop_{*this, settings.awake_ns},
      tally_{settings_.topics},
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
        origin_ns_ = origin_ns;
        tally_.bring_up(origin_ns);
        for (std::uint32_t who = 0; who != connections_.size(); ++who)
            set_timer(who, connect_due_ns(connections_[who]));
    });
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
    const std::int64_t parked_limit_ns = settings_.poll_wait_ns + silence_limit_ns;
    for (std::uint32_t who = 0; who != connections_.size(); ++who) {
        const Connection& c = connections_[who];
        const bool opening = c.state == State::connecting || c.state == State::asking;
        const std::int64_t limit_ns =
            waits_long && c.state == State::ready ? parked_limit_ns : silence_limit_ns;
        if ((opening && now - c.started_ns > silence_limit_ns) ||
            (c.in_flight && now - c.asked_ns > limit_ns))
            lose(who, "no answer within " + std::to_string(limit_ns / ns_per_s) + " s");
    }
}

// ---- asked by the trial

Worker::Snapshot Worker::snapshot() {
    tally_.bring_up(now_ns());
    return {tally_.counters, thread_cpu_ns()};
}

Worker::Snapshot Worker::snapshot_at(WindowEnd end) {
    tally_.time_responses(end == WindowEnd::begin);
    return snapshot();
}

WireCounts Worker::wire(std::size_t first, std::size_t count) const {
    WireCounts sum = first == 0 ? closed_wire_ : WireCounts{};
    const std::size_t last = std::min(first + count, connections_.size());
    for (std::size_t who = first; who < last; ++who)
        if (connections_[who].fd >= 0) sum += wire_counts(connections_[who].fd);
    return sum;
}

bool Worker::begin_counting(const std::vector<std::uint64_t>& heads, FanoutTracker* fanout) {
    for (Connection& c : connections_) c.ledger.begin(std::max(heads[c.topic], c.ledger.head()));
    tally_.begin_counting(fanout);
    counting_ = true;
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

std::int64_t Worker::expected(const std::vector<std::uint64_t>& heads) const {
    std::uint64_t sum = 0;
    for (const Connection& c : connections_) sum += c.ledger.expected(heads[c.topic]);
    return static_cast<std::int64_t>(sum);
}

std::int64_t Worker::lost(const std::vector<std::uint64_t>& heads) const {
    std::uint64_t sum = 0;
    for (const Connection& c : connections_) sum += c.ledger.lost(heads[c.topic]);
    return static_cast<std::int64_t>(sum);
}

}  // namespace pushbench::loadgen
