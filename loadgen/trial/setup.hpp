#pragma once

#include <sched.h>

#include <string>
#include <vector>

#include "loadgen/client/worker.hpp"
#include "loadgen/options.hpp"

namespace pushbench::loadgen {

/// What must hold before a trial can begin. Each throws Failure with one line where it does not.
void make_room_for_files(const Options& options);
void bind_to_cpus(const Options& options);
void check_server(const Options& options);

[[nodiscard]] std::vector<std::string> topic_names(const Options& options);
[[nodiscard]] WorkerSettings worker_settings(const Options& options, const std::vector<std::string>& topics);
/// Where a process may run; 0 is this one.
[[nodiscard]] cpu_set_t affinity_of(int pid);

}  // namespace pushbench::loadgen
