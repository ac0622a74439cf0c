#include "loadgen/measure/service.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace pushbench::loadgen {
namespace {

/// Of every process that may be looked at, who started it.
std::map<pid_t, pid_t> all_parents() {
    std::map<pid_t, pid_t> parents;
    DIR* folder = opendir("/proc");
    if (folder == nullptr) return parents;
    while (const dirent* entry = readdir(folder)) {
        const char* const name_end = entry->d_name + std::strlen(entry->d_name);
        pid_t pid = 0;
        const auto [end, error] = std::from_chars(entry->d_name, name_end, pid);
        if (error != std::errc{} || end != name_end) continue;
        if (const auto parent = process_parent(pid)) parents[pid] = *parent;
    }
    closedir(folder);
    return parents;
}

const Member* find(const std::vector<Member>& members, pid_t pid) {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const Member& member) { return member.pid == pid; });
    return found == members.end() ? nullptr : &*found;
}

void take_from_cgroup(ServiceUse& use, const ServiceReading& begin, const ServiceReading& end) {
    if (!begin.cgroup || !end.cgroup) return;
    if (!use.times) use.times.emplace();
    use.times->cpu_ns = end.cgroup->cpu_ns - begin.cgroup->cpu_ns;
    use.times->user_ns = end.cgroup->user_ns - begin.cgroup->user_ns;
    use.times->system_ns = end.cgroup->system_ns - begin.cgroup->system_ns;
}

}  // namespace

std::vector<pid_t> with_descendants(const std::vector<pid_t>& named, const std::map<pid_t, pid_t>& parents) {
    std::vector<pid_t> all = named;
    for (std::size_t i = 0; i != all.size(); ++i)  // grows while it is walked: children of children
        for (const auto& [pid, parent] : parents)
            if (parent == all[i] && std::find(all.begin(), all.end(), pid) == all.end()) all.push_back(pid);
    return all;
}

std::vector<pid_t> members(const Service& service) {
    std::vector<pid_t> all = service.pids;
    if (!service.cgroup.empty())
        for (const pid_t pid : cgroup_processes(service.cgroup))
            if (std::find(all.begin(), all.end(), pid) == all.end()) all.push_back(pid);
    if (service.children) all = with_descendants(all, all_parents());
    std::erase(all, getpid());
    return all;
}

ServiceReading read_service(const std::vector<pid_t>& pids, const std::string& cgroup) {
    ServiceReading reading;
    if (!cgroup.empty()) reading.cgroup = cgroup_times(cgroup);
    for (const pid_t pid : pids)
        if (const auto times = process_times(pid))
            reading.members.push_back({pid, process_name(pid), *times});
    return reading;
}

std::vector<pid_t> pids_of(const ServiceReading& reading) {
    std::vector<pid_t> pids;
    for (const Member& member : reading.members) pids.push_back(member.pid);
    return pids;
}

void add_newcomers(ServiceReading& end, const ServiceReading& begin, const std::vector<pid_t>& now) {
    for (const pid_t pid : now) {
        if (find(begin.members, pid) != nullptr || find(end.members, pid) != nullptr) continue;
        if (const auto times = process_times(pid)) end.members.push_back({pid, process_name(pid), *times});
    }
}

ServiceUse service_use(const ServiceReading& begin, const ServiceReading& end) {
    ServiceUse use;
    for (const Member& now : end.members) {
        const Member* before = find(begin.members, now.pid);
        Member member{now.pid, now.name, now.times};
        if (before != nullptr)
            member.times = now.times - before->times;
        else
            member.times.started_ticks = 0;  // not another than it was: there was none
        use.appeared += before == nullptr ? 1 : 0;
        if (use.times)
            *use.times += member.times;
        else
            use.times = member.times;
        use.each.push_back(std::move(member));
    }
    for (const Member& before : begin.members)
        if (find(end.members, before.pid) == nullptr) ++use.vanished;
    take_from_cgroup(use, begin, end);
    return use;
}

}  // namespace pushbench::loadgen
