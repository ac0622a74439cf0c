#pragma once

#include <vector>

namespace pushbench {

/// Keeps the process on these CPUs; with none, leaves it where it is. Throws std::runtime_error with one line
/// if the machine has no such CPU.
void pin_to_cpus(const std::vector<int>& cpus);

}  // namespace pushbench
