#include "loadgen/trial/setup.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "loadgen/measure/format.hpp"
#include "loadgen/measure/process.hpp"
#include "loadgen/peers/peers.hpp"
#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/socket.hpp"
#include "notify/schedule.hpp"

namespace pushbench::loadgen {
namespace {

std::string no_cpus(const std::vector<int>& missing, const cpu_set_t& usable) {
    std::vector<int> there;
    for (int cpu = 0; cpu != CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(static_cast<unsigned>(cpu), &usable)) there.push_back(cpu);
    return "--cpus " + format_cpus(missing) + ": not among the CPUs that may be used here, which are " +
           format_cpus(there);
}

}  // namespace

void make_room_for_files(std::uint32_t connections) {
    constexpr std::uint64_t others = 64;
    const std::uint64_t allowed = raise_file_limit(connections + others);
    if (allowed >= connections + others) return;
    throw Failure("--connections " + std::to_string(connections) +
                  " do not fit: the hard limit of open files (" + std::to_string(allowed) + ") allows " +
                  std::to_string(allowed > others ? allowed - others : 0) +
                  "; raise it with ulimit -Hn, or ask for fewer");
}

void bind_to_cpus(const Settings& settings) {
    if (settings.cpus.empty()) return;
    cpu_set_t asked;
    CPU_ZERO(&asked);
    for (const int cpu : settings.cpus) CPU_SET(static_cast<unsigned>(cpu), &asked);
    const cpu_set_t before = affinity_of(0);
    // The kernel takes of a set what there is and may be used here, and says nothing of the rest.
    cpu_set_t all;
    std::memset(&all, 0xFF, sizeof all);
    if (sched_setaffinity(0, sizeof all, &all) != 0) throw Failure(no_cpus(settings.cpus, before));
    const cpu_set_t usable = affinity_of(0);
    std::vector<int> missing;
    for (const int cpu : settings.cpus)
        if (!CPU_ISSET(static_cast<unsigned>(cpu), &usable)) missing.push_back(cpu);
    if (!missing.empty() || sched_setaffinity(0, sizeof asked, &asked) != 0) {
        sched_setaffinity(0, sizeof before, &before);
        throw Failure(no_cpus(missing.empty() ? settings.cpus : missing, usable));
    }
}

void check_server(Settings& settings) {
    Service& server = settings.server;
    for (const pid_t pid : server.pids)
        if (!process_runs(pid)) throw Failure("--server-pid " + std::to_string(pid) + ": no such process");
    if (server.cgroup.empty()) return;
    const std::string folder = find_cgroup(server.cgroup);
    if (folder.empty())
        throw Failure(
            "--server-cgroup '" + server.cgroup +
            "' is no cgroup that counts CPU time: it has no cpu.stat with usage_usec; give the folder "
            "of a cgroup of version 2, such as /sys/fs/cgroup/system.slice/nginx.service");
    const auto inside = cgroup_processes(folder);
    if (std::find(inside.begin(), inside.end(), getpid()) != inside.end())
        throw Failure("--server-cgroup '" + server.cgroup +
                      "' holds the load generator itself; run that outside of what it measures");
    server.cgroup = folder;
}

std::vector<std::string> topic_names(const Settings& settings) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i != settings.topics; ++i)
        names.push_back(topic_name(settings.topic, i, settings.topics));
    return names;
}

CrowdSettings crowd_settings(const Settings& settings, const std::vector<std::string>& topics,
                             const Place& place) {
    CrowdSettings crowd;
    crowd.transport = settings.transport;
    crowd.target = make_target(parse_url(settings.target), settings.tls);
    crowd.speech = settings.speech;
    crowd.tokens = settings.tokens;
    crowd.messages = settings.message;
    crowd.topics = topics;
    crowd.connections = settings.connections;
    // All ranks have as many, so that clients can be dealt out to the workers of all in turn.
    const std::uint32_t largest_share = share_of(settings.connections, 0, place.ranks);
    crowd.workers = std::min(settings.threads, largest_share) * place.ranks;
    crowd.rank = place.rank;
    crowd.ranks = place.ranks;
    crowd.ahead_ns = place.ahead_ns;
    crowd.connects_per_s = settings.connects_per_s;
    crowd.poll_interval_ns = settings.poll_interval.count();
    crowd.poll_wait_ns = settings.poll_wait.count();
    // Who is told what to expect may have no publisher's probe before it, and its clients come one by one.
    crowd.spread_polls = settings.expect == 0;
    crowd.awake_ns = settings.awake.count();
    crowd.seed = settings.seed;
    crowd.source_addresses = settings.source_addresses;
    crowd.receive_stamps = settings.receive_stamps;
    crowd.behaviour = settings.behaviour;
    crowd.cpus = settings.cpus;
    // Those who run on one machine begin each where the one before ends.
    if (!crowd.cpus.empty())
        std::rotate(crowd.cpus.begin(),
                    crowd.cpus.begin() + place.here * settings.threads % crowd.cpus.size(), crowd.cpus.end());
    if (settings.source_addresses != 0 && !is_loopback_v4(crowd.target.addresses.front()))
        throw Failure("--source-addresses needs a --target in 127.0.0.0/8, not '" + settings.target + "'");
    return crowd;
}

cpu_set_t affinity_of(int pid) {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(pid, sizeof set, &set);
    return set;
}

}  // namespace pushbench::loadgen
