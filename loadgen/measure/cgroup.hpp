#pragma once

#include <sys/types.h>

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace pushbench::loadgen {

/// CPU time of all that ran in a cgroup so far, what has ended included (cgroup v2, cpu.stat; cgroups(7)).
struct CgroupTimes {
    std::int64_t cpu_ns = 0;
    std::int64_t user_ns = 0;
    std::int64_t system_ns = 0;
};

/// Memory charged to a cgroup and to those below it (memory.current, memory.stat). Only where the memory
/// controller is switched on for it.
struct CgroupMemory {
    std::int64_t all_bytes = 0;
    std::optional<std::int64_t> anonymous_bytes;  ///< private pages
    std::optional<std::int64_t> slab_bytes;       ///< objects of the kernel
    std::optional<std::int64_t> socket_bytes;     ///< buffers of its sockets
};

/// The folder of a cgroup by what a user calls it: a path, or one below where version 2 is mounted. Empty
/// where there is none of that name that counts CPU time.
std::string find_cgroup(const std::string& name);

std::optional<CgroupTimes> cgroup_times(const std::string& folder);
std::optional<CgroupMemory> cgroup_memory(const std::string& folder);
/// Of it and of those below it.
std::vector<pid_t> cgroup_processes(const std::string& folder);

/// From the text of cpu.stat.
std::optional<CgroupTimes> parse_cpu_stat(std::istream& text);

}  // namespace pushbench::loadgen
