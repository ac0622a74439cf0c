#include "loadgen/trial/setup.hpp"

#include <algorithm>
#include <thread>

#include "loadgen/failure.hpp"
#include "loadgen/measure/process.hpp"
#include "notify/notification.hpp"

namespace pushbench::loadgen {

void make_room_for_files(const Options& options) {
    constexpr std::uint64_t others = 64;
    const std::uint64_t allowed = raise_file_limit(options.connections + others);
    if (allowed >= options.connections + others) return;
    throw Failure("--connections " + std::to_string(options.connections) +
                  " do not fit: the hard limit of open files (" + std::to_string(allowed) + ") allows " +
                  std::to_string(allowed > others ? allowed - others : 0) +
                  "; raise it with ulimit -Hn, or ask for fewer");
}

void bind_to_cpus(const Options& options) {
    if (options.cpus.empty()) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : options.cpus) CPU_SET(static_cast<unsigned>(cpu), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        throw Failure("--cpus names none of this machine's " +
                      std::to_string(std::thread::hardware_concurrency()) + " CPUs that may be used");
}

void check_server(const Options& options) {
    if (options.server_pid && !process_runs(*options.server_pid))
        throw Failure("--server-pid " + std::to_string(*options.server_pid) + ": no such process");
}

std::vector<std::string> topic_names(const Options& options) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i != options.topics; ++i)
        names.push_back(topic_name(options.topic, i, options.topics));
    return names;
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
    settings.poll_wait_ns = options.poll_wait.count();
    // Who is told what to expect may have no publisher's probe before it, and its clients come one by one.
    settings.spread_polls = options.expect == 0;
    settings.awake_ns = options.awake.count();
    settings.seed = options.seed;
    settings.source_addresses = options.source_addresses;
    settings.cpus = options.cpus;
    if (options.source_addresses != 0 && !is_loopback_v4(settings.target))
        throw Failure("--source-addresses needs a --target in 127.0.0.0/8, not '" + options.target + "'");
    return settings;
}

cpu_set_t affinity_of(int pid) {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(pid, sizeof set, &set);
    return set;
}

}  // namespace pushbench::loadgen
