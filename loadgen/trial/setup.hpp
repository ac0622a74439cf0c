#pragma once

#include <sched.h>

#include <string>
#include <vector>

#include "loadgen/crowd/worker.hpp"
#include "loadgen/trial/place.hpp"
#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// What must hold before a trial can begin. Each throws Failure with one line where it does not.
void make_room_for_files(std::uint32_t connections);
void bind_to_cpus(const Settings& settings);
/// Puts the cgroup's own folder in place of what the user called it.
void check_server(Settings& settings);

[[nodiscard]] std::vector<std::string> topic_names(const Settings& settings);
[[nodiscard]] CrowdSettings crowd_settings(const Settings& settings, const std::vector<std::string>& topics,
                                           const Place& place);
/// Where a process may run; 0 is this one.
[[nodiscard]] cpu_set_t affinity_of(int pid);

}  // namespace pushbench::loadgen
