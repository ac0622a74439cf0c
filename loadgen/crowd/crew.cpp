#include "loadgen/crowd/crew.hpp"

namespace pushbench::loadgen {

Crew::Crew(const CrowdSettings& settings) {
    for (std::uint32_t i = 0; i != settings.workers; ++i)
        workers_.push_back(std::make_unique<Worker>(settings, i));
}

void Crew::start(std::int64_t origin_ns) {
    for (const auto& worker : workers_) worker->start(origin_ns);
}

std::int64_t Crew::ready() const {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->ready();
    return sum;
}

std::int64_t Crew::delivered() const {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->delivered();
    return sum;
}

/// The first of each kind; what is hopeless goes before what may pass.
Worker::Trouble Crew::trouble() const {
    Worker::Trouble all;
    for (const auto& worker : workers_) {
        const Worker::Trouble one = worker->trouble();
        if (all.refusal.empty()) all.refusal = one.refusal;
        if (all.connect_error.empty() || (one.hopeless && !all.hopeless))
            all.connect_error = one.connect_error;
        all.hopeless = all.hopeless || one.hopeless;
    }
    return all;
}

void Crew::begin_counting(const std::vector<std::uint64_t>& heads, FanoutTracker* fanout) {
    for (const auto& worker : workers_) worker->ask([&] { return worker->begin_counting(heads, fanout); });
}

Crew::Snapshot Crew::snapshot_at(Worker::WindowEnd end) {
    Snapshot all;
    for (const auto& worker : workers_) {
        const Worker::Snapshot shot = worker->ask([&] { return worker->snapshot_at(end); });
        all.counters += shot.counters;
        all.thread_cpu_ns.push_back(shot.thread_cpu_ns);
    }
    return all;
}

WireCounts Crew::wire() {
    // A system call for each socket: all at once, thousands of them would keep a worker from reading just
    // when a window begins, and what waited for it would count as slow.
    constexpr std::size_t at_once = 64;
    WireCounts sum;
    for (const auto& worker : workers_)
        for (std::size_t first = 0; first < worker->connection_count(); first += at_once)
            sum += worker->ask([&] { return worker->wire(first, at_once); });
    return sum;
}

std::int64_t Crew::behind(const std::vector<std::uint64_t>& heads) {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->ask([&] { return worker->behind(heads); });
    return sum;
}

void Crew::raise_heads(std::vector<std::uint64_t>& heads) {
    for (const auto& worker : workers_) worker->ask([&] { return worker->raise_heads(heads); });
}

std::int64_t Crew::expected(const std::vector<std::uint64_t>& heads) {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->ask([&] { return worker->expected(heads); });
    return sum;
}

std::int64_t Crew::lost(const std::vector<std::uint64_t>& heads) {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->ask([&] { return worker->lost(heads); });
    return sum;
}

void Crew::collect(Recorder& recorded, Histogram& connect_times, Counters& totals) {
    for (const auto& worker : workers_)
        worker->ask([&] {
            recorded.merge(worker->recorder());
            connect_times.merge(worker->connect_times());
            return totals += worker->snapshot().counters;
        });
}

void Crew::say_goodbye() {
    for (const auto& worker : workers_) worker->ask([&] { return worker->say_goodbye(); });
}

std::int64_t Crew::still_open() {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->ask([&] { return worker->still_open(); });
    return sum;
}

}  // namespace pushbench::loadgen
