#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/measure/cgroup.hpp"
#include "loadgen/measure/process.hpp"

namespace pushbench::loadgen {

/// What a server consists of: the processes named, with all that they have started (the workers of nginx, the
/// cluster of Node), or whatever runs in a cgroup.
struct Service {
    std::vector<pid_t> pids;
    bool children = true;
    std::string cgroup;  ///< its folder; empty: none

    [[nodiscard]] bool named() const { return !pids.empty() || !cgroup.empty(); }
};

/// Its processes at this moment, those named first; never our own, which may have been started by one of
/// them.
std::vector<pid_t> members(const Service& service);

/// The processes of `named`, then all descendants of theirs. `parents` tells of each process who started it.
std::vector<pid_t> with_descendants(const std::vector<pid_t>& named, const std::map<pid_t, pid_t>& parents);

/// One process of a service: what it has used so far, or within a window.
struct Member {
    pid_t pid = 0;
    std::string name;
    ProcessTimes times;
};

struct ServiceReading {
    std::vector<Member> members;
    std::optional<CgroupTimes> cgroup;
};

/// Their clocks, one straight after another. Who is gone, or may not be looked at, is left out.
ServiceReading read_service(const std::vector<pid_t>& pids, const std::string& cgroup);

std::vector<pid_t> pids_of(const ServiceReading& reading);
/// Reads those of `now` that are in neither reading.
void add_newcomers(ServiceReading& end, const ServiceReading& begin, const std::vector<pid_t>& now);

/// What a service has used in a window.
struct ServiceUse {
    /// Of all together. The CPU time is the cgroup's own where there is one: it knows also what was used by
    /// processes that have ended. Empty where no process could be read.
    std::optional<ProcessTimes> times;
    std::vector<Member> each;
    std::int64_t appeared = 0;  ///< what they used counts from their start
    std::int64_t vanished = 0;  ///< what they used is not known, but to a cgroup
};

ServiceUse service_use(const ServiceReading& begin, const ServiceReading& end);

}  // namespace pushbench::loadgen
