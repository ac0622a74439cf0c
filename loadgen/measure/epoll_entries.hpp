#pragma once

#include <sys/types.h>

#include <cstdint>
#include <istream>
#include <optional>
#include <span>

namespace pushbench::loadgen {

/// How many files stand in the epoll sets of these processes together. Empty where one of them may not be
/// looked at.
std::optional<std::int64_t> epoll_entries(std::span<const pid_t> pids);

/// Of all processes that may be looked at.
std::int64_t epoll_entries_of_host();

/// From the text of /proc/PID/fdinfo of an epoll set.
std::int64_t entries_of_set(std::istream& fdinfo);

}  // namespace pushbench::loadgen
