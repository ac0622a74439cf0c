#include "loadgen/run.hpp"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iostream>
#include <memory>
#include <thread>

#include "loadgen/client/admin.hpp"
#include "loadgen/client/worker.hpp"
#include "loadgen/failure.hpp"
#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/hiccup.hpp"
#include "loadgen/progress.hpp"
#include "loadgen/units.hpp"

namespace pushbench::loadgen {
namespace {

std::atomic<bool> interrupted{false};

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

cpu_set_t cpu_set(const std::vector<int>& cpus) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) CPU_SET(static_cast<unsigned>(cpu), &set);
    return set;
}

cpu_set_t affinity_of(pid_t pid) {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(pid, sizeof set, &set);
    return set;
}

ProcessTimes operator-(const ProcessTimes& a, const ProcessTimes& b) {
    return {a.cpu_ns - b.cpu_ns,
            a.user_s - b.user_s,
            a.system_s - b.system_s,
            a.voluntary_switches - b.voluntary_switches,
            a.involuntary_switches - b.involuntary_switches,
            a.queued_ns - b.queued_ns};
}

/// The phases of one trial, in their order, and what they share.
class Trial {
 public:
    explicit Trial(const Options& options);
    Result run();

 private:
    /// Everything that is read at both ends of the measuring window.
    struct Reading {
        std::int64_t time_ns = 0;
        Counters counters;
        WireCounts wire;
        std::vector<std::int64_t> thread_cpu_ns;
        std::optional<ProcessTimes> server;
        std::optional<ProcessTimes> loadgen;
        std::map<std::string, double> metrics;
    };

    // The phases.
    void connect();
    void verify();
    void warm_up();
    void measure();
    void drain(const std::string& phase);
    void finish();

    void sample_before();
    void publish(double rate_per_s, std::chrono::nanoseconds time);
    void measure_published();
    void begin_window();
    void end_window();
    Reading read_now(bool at_end);
    std::vector<std::uint64_t> heads();
    std::int64_t expected_of(const std::vector<std::uint64_t>& heads) const;

    /// Waits until `done()` says so. False if the time ran out, or if the trial must end early.
    template <class Done>
    bool wait(const std::string& phase, std::int64_t until_ns, Done done,
              std::int64_t step_ns = 5 * ns_per_ms);
    /// Waits for the time alone, and wakes seldom: every wake-up costs the cores that are measured.
    void wait_for_time(const std::string& phase, std::int64_t until_ns) {
        wait(
            phase, until_ns, [] { return false; }, 50 * ns_per_ms);
    }
    bool must_end();
    void fail(const std::string& why);
    std::string detail() const;
    std::int64_t sum(std::int64_t (Worker::*count)() const) const;
    void refuse_to_begin();

    const Options& options_;
    std::vector<std::string> topics_;
    std::optional<AdminClient> admin_;
    std::vector<std::unique_ptr<HiccupThread>> hiccups_;  ///< load generator's cores first, then the server's
    std::unique_ptr<FanoutTracker> fanout_;
    std::vector<std::unique_ptr<Worker>> workers_;
    Progress progress_;
    Result result_;
    std::vector<std::uint64_t> start_heads_;
    Reading begin_;
    std::int64_t next_check_ns_ = 0;
    std::int64_t deserted_since_ns_ = 0;
    bool counting_ = false;
};

// ---- before anything runs

std::vector<std::string> topic_names(const Options& options) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i != options.topics; ++i)
        names.push_back(topic_name(options.topic, i, options.topics));
    return names;
}

void make_room_for_files(const Options& options) {
    constexpr std::uint64_t others = 64;
    const std::uint64_t allowed = raise_file_limit(options.connections + others);
    if (allowed >= options.connections + others) return;
    throw Failure("--connections " + std::to_string(options.connections) +
                  " do not fit: the hard limit of open files (" + std::to_string(allowed) + ") allows " +
                  std::to_string(allowed > others ? allowed - others : 0) +
                  "; raise it with ulimit -Hn, or ask for fewer");
}

WorkerSettings worker_settings(const Options& options, const std::vector<std::string>& topics) {
    WorkerSettings settings;
    settings.transport = options.transport;
    settings.target = resolve(options.target, "--target");
    settings.topics = topics;
    settings.connections = options.connections;
    settings.workers = std::min(options.threads, options.connections);
    settings.connects_per_s = options.connects_per_s;
    settings.poll_interval_ns = options.poll_interval.count();
    settings.seed = options.seed;
    settings.source_addresses = options.source_addresses;
    settings.cpus = options.cpus;
    if (options.source_addresses != 0 && !is_loopback_v4(settings.target))
        throw Failure("--source-addresses needs a --target in 127.0.0.0/8, not '" + options.target + "'");
    return settings;
}

Trial::Trial(const Options& options) : options_{options}, topics_{topic_names(options)} {
    result_.options = options;
    make_room_for_files(options);
    if (!options.cpus.empty()) {
        const cpu_set_t cpus = cpu_set(options.cpus);
        if (sched_setaffinity(0, sizeof cpus, &cpus) != 0)
            throw Failure("--cpus names none of this machine's " +
                          std::to_string(std::thread::hardware_concurrency()) + " CPUs that may be used");
    }
    if (options.server_pid && !process_runs(*options.server_pid))
        throw Failure("--server-pid " + std::to_string(*options.server_pid) + ": no such process");
    if (!options.admin.empty()) admin_.emplace(resolve(options.admin, "--admin"));
    const WorkerSettings settings = worker_settings(options, topics_);
    hiccups_.push_back(std::make_unique<HiccupThread>(affinity_of(0)));
    if (options.server_pid)
        hiccups_.push_back(std::make_unique<HiccupThread>(affinity_of(*options.server_pid)));
    for (std::uint32_t i = 0; i != settings.workers; ++i)
        workers_.push_back(std::make_unique<Worker>(settings, i));
}

void Trial::sample_before() {
    if (admin_) (void)admin_->schedule();  // says at once if this is no admin port
    result_.loadgen.pss_before_bytes = process_pss_bytes(getpid());
    if (options_.server_pid) result_.server.pss_before_bytes = process_pss_bytes(*options_.server_pid);
    result_.kernel_before = kernel_memory();
}

// ---- waiting

std::int64_t Trial::sum(std::int64_t (Worker::*count)() const) const {
    std::int64_t all = 0;
    for (const auto& worker : workers_) all += ((*worker).*count)();
    return all;
}

std::string Trial::detail() const {
    std::string text = format_count(static_cast<double>(sum(&Worker::ready))) + " connected";
    if (counting_) text += ", " + format_count(static_cast<double>(sum(&Worker::delivered))) + " delivered";
    return text;
}

void Trial::fail(const std::string& why) {
    if (!result_.failure) result_.failure = why;
}

/// Ctrl-C, or a server that is gone: looked for ten times a second.
bool Trial::must_end() {
    if (interrupted) result_.interrupted = true;
    if (result_.interrupted || result_.failure) return true;
    const std::int64_t now = now_ns();
    if (now < next_check_ns_) return false;
    next_check_ns_ = now + 100 * ns_per_ms;
    if (options_.server_pid && !process_runs(*options_.server_pid)) {
        fail("the server (process " + std::to_string(*options_.server_pid) + ") died");
        return true;
    }
    if (sum(&Worker::ready) != 0)
        deserted_since_ns_ = 0;
    else if (deserted_since_ns_ == 0)
        deserted_since_ns_ = now;
    else if (counting_ && now - deserted_since_ns_ > 2 * ns_per_s)
        fail("no connection to " + options_.target + " for 2 s: the server is gone");
    return result_.failure.has_value();
}

template <class Done>
bool Trial::wait(const std::string& phase, std::int64_t until_ns, Done done, std::int64_t step_ns) {
    while (!done()) {
        const std::int64_t left_ns = until_ns - now_ns();
        if (left_ns <= 0 || must_end()) return false;
        progress_.show(phase, static_cast<double>(left_ns) / 1e9, detail());
        std::this_thread::sleep_for(std::chrono::nanoseconds{std::min<std::int64_t>(left_ns, step_ns)});
    }
    return true;
}

// ---- phases

/// Throws what is known about why clients do not get in.
void Trial::refuse_to_begin() {
    for (const auto& worker : workers_) {
        const Worker::Trouble trouble = worker->trouble();
        if (!trouble.refusal.empty()) throw Failure(trouble.refusal);
        if (trouble.hopeless)
            throw Failure("cannot open all " + std::to_string(options_.connections) + " connections: " +
                          trouble.connect_error + "; ask for fewer, or spread them with --source-addresses");
        if (!trouble.connect_error.empty() && sum(&Worker::ready) == 0)
            throw Failure("cannot connect to " + options_.target + ": " + trouble.connect_error +
                          "; start the server there, or give its address with --target");
    }
}

void Trial::connect() {
    const std::int64_t begin_ns = now_ns();
    for (const auto& worker : workers_) worker->start(begin_ns);
    const double paced_s = options_.connections / options_.connects_per_s;
    const auto limit_ns = begin_ns + static_cast<std::int64_t>((2 * paced_s + 15) * 1e9);
    const auto all = static_cast<std::int64_t>(options_.connections);
    const bool ready = wait("connect", limit_ns, [&] {
        refuse_to_begin();
        return sum(&Worker::ready) == all;
    });
    result_.connect_s = static_cast<double>(now_ns() - begin_ns) / 1e9;
    if (!ready) result_.not_connected = all - sum(&Worker::ready);
    if (result_.not_connected == all && !result_.interrupted)
        throw Failure(result_.failure ? *result_.failure
                                      : options_.target + " accepted no client within 15 s");
}

/// By the server, or by what the subscribers have seen where there is no admin port, or no server any more.
std::vector<std::uint64_t> Trial::heads() {
    if (admin_ && !result_.failure) return admin_->heads(topics_);
    std::vector<std::uint64_t> heads(topics_.size());
    for (const auto& worker : workers_) worker->ask([&] { return worker->raise_heads(heads); });
    return heads;
}

/// Orders notifications for that long. They run by themselves, whatever happens here.
void Trial::publish(double rate_per_s, std::chrono::nanoseconds time) {
    ScheduleOrder order;
    order.rate_per_s = rate_per_s;
    order.payload_bytes = options_.payload_bytes;
    order.arrival = options_.arrival;
    order.seed = options_.seed;
    order.topics = options_.topics;
    order.topic = options_.topic;
    order.count = static_cast<std::uint64_t>(std::max(1LL, std::llround(rate_per_s * seconds(time))));
    admin_->start(order);
}

/// One notification a topic must reach every subscriber, before anything is measured. Where a connection
/// counts as ready before the server has seen it, the first may go past it: so up to three times.
void Trial::verify() {
    const std::int64_t patience_ns =
        2 * ns_per_s + (options_.transport->pace == Pace::timetable ? 2 * options_.poll_interval.count() : 0);
    std::int64_t behind = 0;
    for (int attempt = 0; attempt != 3 && !must_end(); ++attempt) {
        ScheduleOrder probe;
        probe.rate_per_s = std::max(1000.0, 4.0 * options_.topics);
        probe.payload_bytes = options_.payload_bytes;
        probe.topics = options_.topics;
        probe.count = options_.topics;
        probe.topic = options_.topic;
        admin_->start(probe);
        const auto published = [&] { return !admin_->schedule().running; };
        if (!wait("verify", now_ns() + 10 * ns_per_s, published)) break;
        const auto heads = admin_->heads(topics_);
        const auto all_there = [&] {
            behind = 0;
            for (const auto& worker : workers_) behind += worker->ask([&] { return worker->behind(heads); });
            return behind <= result_.not_connected;
        };
        if (wait("verify", now_ns() + patience_ns, all_there)) return;
    }
    if (!result_.interrupted && !result_.failure)
        throw Failure(
            std::to_string(behind) + " of " + std::to_string(options_.connections) +
            " clients got no probe notification; do --target and --admin belong to one server, and is it a " +
            std::string{options_.transport->name} + " server?");
}

void Trial::warm_up() {
    if (options_.warmup.count() == 0) return;
    const std::int64_t until_ns = now_ns() + options_.warmup.count();
    const bool publishes = !options_.no_publish && options_.rate_per_s > 0;
    start_heads_ = heads();
    for (const auto& worker : workers_)
        worker->ask([&] { return worker->begin_counting(start_heads_, nullptr); });
    counting_ = true;
    if (publishes) publish(options_.rate_per_s, options_.warmup);
    wait_for_time("warm up", until_ns);
    // Its last notifications may still be due: what comes after the heads are read would count as the
    // measurement's.
    const auto published = [&] { return !admin_->schedule().running; };
    if (publishes && !must_end())
        wait("warm up", until_ns + options_.warmup.count() + 5 * ns_per_s, published);
    if (publishes && !must_end()) drain("warm up");
    counting_ = false;
}

std::int64_t Trial::expected_of(const std::vector<std::uint64_t>& heads) const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i != options_.connections; ++i) {
        const std::size_t topic = i % topics_.size();
        sum += heads[topic] - std::min(heads[topic], start_heads_[topic]);
    }
    return static_cast<std::int64_t>(sum);
}

Trial::Reading Trial::read_now(bool at_end) {
    Reading reading;
    // The server's own page costs it time, so it is read outside the window: first at its beginning, last at
    // its end.
    if (admin_ && !at_end) reading.metrics = admin_->metrics();
    if (options_.server_pid && at_end) reading.server = process_times(*options_.server_pid);
    if (at_end) reading.loadgen = process_times(getpid());
    reading.time_ns = now_ns();
    for (const auto& worker : workers_) {
        const Worker::Snapshot shot = worker->ask([&] { return worker->snapshot(); });
        reading.counters += shot.counters;
        reading.wire += shot.wire;
        reading.thread_cpu_ns.push_back(shot.thread_cpu_ns);
    }
    if (!at_end) {
        reading.time_ns = now_ns();
        reading.loadgen = process_times(getpid());
        if (options_.server_pid) reading.server = process_times(*options_.server_pid);
    } else if (admin_ && !result_.failure) {
        reading.metrics = admin_->metrics();
    }
    return reading;
}

void Trial::begin_window() {
    start_heads_ = heads();
    const bool one_topic = options_.topics == 1 && options_.rate_per_s > 0;
    if (one_topic && options_.transport->pace != Pace::timetable) {
        const double count = options_.no_publish ? 1e6 : options_.rate_per_s * seconds(options_.duration);
        fanout_ = std::make_unique<FanoutTracker>(
            start_heads_[0], static_cast<std::uint64_t>(std::ceil(count)), options_.connections);
        result_.has_fanout = true;
    }
    for (const auto& worker : workers_)
        worker->ask([&] { return worker->begin_counting(start_heads_, fanout_.get()); });
    counting_ = true;
    for (const auto& hiccup : hiccups_) hiccup->reset();
    begin_ = read_now(false);
}

void Trial::end_window() {
    const Reading end = read_now(true);
    Window& window = result_.window;
    window.seconds = static_cast<double>(end.time_ns - begin_.time_ns) / 1e9;
    window.counters = end.counters - begin_.counters;
    window.wire = end.wire - begin_.wire;
    for (std::size_t i = 0; i != end.thread_cpu_ns.size(); ++i) {
        const auto used_s = static_cast<double>(end.thread_cpu_ns[i] - begin_.thread_cpu_ns[i]) / 1e9;
        window.readers_cpu_s += used_s;
        window.busiest_thread_cores = std::max(window.busiest_thread_cores, used_s / window.seconds);
    }
    for (const auto& [name, value] : end.metrics) window.metrics[name] = value - begin_.metrics[name];
    if (end.server && begin_.server) result_.server.times = *end.server - *begin_.server;
    if (end.loadgen && begin_.loadgen) result_.loadgen.times = *end.loadgen - *begin_.loadgen;
    const auto p99_us = [](HiccupThread& thread) -> std::optional<double> {
        const auto ns = thread.delays().percentile_ns(0.99);
        if (!ns) return std::nullopt;
        return static_cast<double>(*ns) / 1e3;
    };
    result_.loadgen.wakeup_delay_p99_us = p99_us(*hiccups_[0]);
    if (hiccups_.size() > 1) result_.server.wakeup_delay_p99_us = p99_us(*hiccups_[1]);
    // Memory last: reading it makes the kernel walk the whole process.
    result_.kernel_after = kernel_memory();
    result_.loadgen.pss_bytes = process_pss_bytes(getpid());
    if (options_.server_pid) result_.server.pss_bytes = process_pss_bytes(*options_.server_pid);
}

/// The window ends when the schedule's time is over, and not before the publisher says that it is through.
void Trial::measure_published() {
    publish(options_.rate_per_s, options_.duration);
    wait_for_time("measure", now_ns() + options_.duration.count());
    if (must_end()) return;
    // The publisher's own beginning is what counts; it names it once the first is out.
    const std::int64_t begin_ns = admin_->schedule().due_first_ns.value_or(0);
    const std::int64_t end_ns = std::max(now_ns(), begin_ns + options_.duration.count());
    wait_for_time("measure", end_ns);
    const auto published = [&] { return !admin_->schedule().running; };
    const std::int64_t limit_ns = end_ns + options_.duration.count() + 5 * ns_per_s;
    if (!wait("measure", limit_ns, published) && !must_end())
        fail("the publisher did not end its schedule within twice its time");
}

void Trial::measure() {
    begin_window();
    try {
        if (options_.no_publish || options_.rate_per_s == 0)
            wait_for_time("measure", now_ns() + options_.duration.count());
        else
            measure_published();
    } catch (const Failure& failure) {
        fail(failure.what());
    }
    end_window();
}

void Trial::drain(const std::string& phase) {
    std::vector<std::uint64_t> end_heads;
    try {
        if (admin_ && must_end() && !options_.no_publish && !result_.failure) admin_->stop();
        end_heads = heads();
    } catch (const Failure& failure) {
        fail(failure.what());
        end_heads = heads();
    }
    const std::int64_t interval_ns =
        options_.transport->pace == Pace::timetable ? 2 * options_.poll_interval.count() : 0;
    // Who interrupts has little patience; who measures wants all of it.
    const std::int64_t bound_ns = interval_ns + (result_.interrupted ? 1 : 5) * ns_per_s;
    const std::int64_t expected = expected_of(end_heads);
    const std::int64_t until_ns = now_ns() + bound_ns;
    while (sum(&Worker::delivered) < expected && now_ns() < until_ns && !result_.failure) {
        (void)must_end();
        progress_.show(phase, static_cast<double>(until_ns - now_ns()) / 1e9, detail());
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    result_.drained = !result_.failure && sum(&Worker::delivered) >= expected;
    result_.expected = expected;
    result_.lost = 0;
    for (const auto& worker : workers_) result_.lost += worker->ask([&] { return worker->lost(end_heads); });
    for (std::size_t topic = 0; topic != topics_.size(); ++topic)
        result_.published +=
            static_cast<std::int64_t>(end_heads[topic] - std::min(end_heads[topic], start_heads_[topic]));
}

/// Takes everything off the workers and says goodbye on all connections, waiting a second for the answers.
void Trial::finish() {
    const bool sized = !options_.no_publish && !result_.failure;
    for (const auto& worker : workers_) {
        worker->ask([&] {
            result_.recorded.merge(worker->recorder());
            result_.connect_times.merge(worker->connect_times());
            return result_.totals += worker->snapshot().counters;
        });
        worker->ask([&] { return worker->say_goodbye(); });
    }
    // While others publish on, more may have come than was there when the heads were read.
    result_.delivered = sized ? result_.totals.delivered : result_.expected - result_.lost;
    const std::int64_t until_ns = now_ns() + ns_per_s;
    for (const auto& worker : workers_)
        while (worker->ask([&] { return worker->still_open(); }) != 0 && now_ns() < until_ns)
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

Result Trial::run() {
    sample_before();
    connect();
    try {
        if (admin_ && !options_.no_publish && !must_end()) verify();
        if (!must_end()) warm_up();
        result_.published = result_.expected = 0;
        if (must_end() && !result_.failure) fail("interrupted before measuring began");
        if (!must_end() || result_.failure == std::nullopt) measure();
        if (counting_) drain("drain");
    } catch (const Failure& failure) {
        if (!counting_) throw;
        fail(failure.what());
    }
    finish();
    result_.invalid_because = broken_rules(result_);
    progress_.clear();
    return result_;
}

}  // namespace

Result run_trial(const Options& options) {
    return Trial{options}.run();
}

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    signal(SIGPIPE, SIG_IGN);
}

}  // namespace pushbench::loadgen
