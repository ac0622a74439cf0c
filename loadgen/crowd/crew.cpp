#include "loadgen/crowd/crew.hpp"

#include <algorithm>
#include <future>
#include <system_error>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {

Crew::Crew(const CrowdSettings& settings) : topics_{settings.topics.size()} {
    try {
        for (std::uint32_t i = settings.rank; i < settings.workers; i += settings.ranks)
            workers_.push_back(std::make_unique<Worker>(settings, i));
    } catch (const std::system_error& error) {
        throw Failure("cannot start thread " + std::to_string(workers_.size() + 1) + " of --threads " +
                      std::to_string(settings.workers) + ": " + error.code().message() +
                      "; ask for fewer, or raise the limit on tasks (ulimit -u) or memory (ulimit -v)");
    }
}

void Crew::start(std::int64_t origin_ns) {
    for (const auto& worker : workers_) worker->start(origin_ns);
}

void Crew::say(std::uint32_t number, std::string message) {
    const auto workers = static_cast<std::uint32_t>(workers_.size());  // which have their clients in turn
    workers_[number % workers]->say(number / workers, std::move(message));
}

std::int64_t Crew::delivered() const {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->delivered();
    return sum;
}

std::int64_t Crew::in_state(Subscriber::State state) const {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->in_state(state);
    return sum;
}

Trouble Crew::trouble() const {
    Trouble all;
    for (const auto& worker : workers_) all.add(worker->trouble());
    return all;
}

Hearing Crew::heard() const {
    Hearing all;
    for (const auto& worker : workers_) all.add(worker->heard().all());
    return all;
}

bool Crew::understood() const {
    return std::any_of(workers_.begin(), workers_.end(),
                       [](const auto& worker) { return worker->heard().anything(); });
}

std::int64_t Crew::not_understood() const {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->heard().nothing_in();
    return sum;
}

/// One after the other: two of them at once would keep both cores busy that are to be quiet.
void Crew::clear_records() {
    for (const auto& worker : workers_) worker->ask([&] { return worker->clear_records(); });
}

std::vector<std::uint64_t> Crew::begin_counting(const std::vector<std::uint64_t>& heads,
                                                FanoutTracker* fanout) {
    std::vector<std::future<std::vector<std::uint64_t>>> all;
    for (const auto& worker : workers_)
        all.push_back(worker->ask_later(
            [&heads, fanout, w = worker.get()] { return w->begin_counting(heads, fanout); }));
    std::vector<std::uint64_t> edges(heads.size(), unknown_head);
    for (auto& one : all) {
        const std::vector<std::uint64_t> its = one.get();
        for (std::size_t topic = 0; topic != edges.size(); ++topic)
            edges[topic] = std::min(edges[topic], its[topic]);
    }
    return edges;
}

void Crew::lower_starts(std::vector<std::uint64_t>& starts) {
    for (const auto& worker : workers_) worker->ask([&] { return worker->lower_starts(starts); });
}

Crew::Snapshot Crew::snapshot_at(Worker::WindowEnd end, std::int64_t due_ns) {
    std::vector<std::future<Worker::Snapshot>> shots;
    for (const auto& worker : workers_)
        shots.push_back(worker->ask_later([end, w = worker.get()] { return w->snapshot_at(end); }, due_ns));
    Snapshot all;
    all.time_ns = due_ns;
    for (auto& one : shots) {
        const Worker::Snapshot shot = one.get();
        all.time_ns = std::max(all.time_ns, shot.time_ns);
        all.counters += shot.counters;
        all.thread_cpu_ns.push_back(shot.thread_cpu_ns);
        all.work_ns += shot.loop.work_ns;
        all.look_ns += shot.loop.look_ns;
        all.busiest_share = std::max(all.busiest_share, shot.loop.busiest_share);
    }
    return all;
}

std::vector<bool> Crew::heard_topics() {
    std::vector<bool> heard(topics_);
    for (const auto& worker : workers_) worker->ask([&] { return worker->mark_heard(heard); });
    return heard;
}

std::int64_t Crew::silent(const std::vector<bool>& heard) {
    std::int64_t sum = 0;
    for (const auto& worker : workers_) sum += worker->ask([&] { return worker->silent(heard); });
    return sum;
}

WireCounts Crew::wire() {
    // A system call for each socket: all at once, thousands of them would keep a worker from reading just
    // when a window begins, and what waited for it would count as slow.
    constexpr std::size_t at_once = 64;
    WireCounts sum;
    for (const auto& worker : workers_)
        for (std::size_t first = 0; first < worker->subscriber_count(); first += at_once)
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

void Crew::begin_slices(std::int64_t origin_ns, std::int64_t step_ns) {
    for (const auto& worker : workers_) worker->ask([&] { return worker->begin_slices(origin_ns, step_ns); });
}

std::vector<std::vector<Slice>> Crew::end_slices(std::int64_t time_ns) {
    std::vector<std::vector<Slice>> all;
    for (const auto& worker : workers_)
        all.push_back(worker->ask([&] {
            worker->end_slices(time_ns);
            return worker->slices();
        }));
    return all;
}

void Crew::collect(Recorder& recorded, Histogram& connect_times, Histogram& tls_times,
                   Histogram& first_message_times, Counters& totals) {
    for (const auto& worker : workers_)
        worker->ask([&] {
            recorded.merge(worker->recorder());
            connect_times.merge(worker->connect_times());
            tls_times.merge(worker->tls_times());
            first_message_times.merge(worker->first_message_times());
            return totals += worker->snapshot().counters;
        });
}

void Crew::begin_behaving(std::int64_t begin_ns) {
    for (const auto& worker : workers_) worker->ask([&] { return worker->begin_behaving(begin_ns); });
}

void Crew::end_churn() {
    for (const auto& worker : workers_) worker->ask([&] { return worker->end_churn(); });
}

void Crew::collect_cut(Histogram& back_times, Storm& storm) {
    for (const auto& worker : workers_)
        worker->ask([&] {
            back_times.merge(worker->back_times());
            storm.merge(worker->storm());
            return true;
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
