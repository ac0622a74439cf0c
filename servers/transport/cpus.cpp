#include "transport/cpus.hpp"

#include <sched.h>

#include <stdexcept>
#include <string>
#include <thread>

namespace pushbench {

void pin_to_cpus(const std::vector<int>& cpus) {
    if (cpus.empty()) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) {
        if (cpu < 0 || cpu >= CPU_SETSIZE) throw std::runtime_error("bad --cpus " + std::to_string(cpu));
        CPU_SET(static_cast<unsigned>(cpu), &set);
    }
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        throw std::runtime_error("bad --cpus " + std::to_string(cpus.front()) + ": expected CPUs of 0 to " +
                                 std::to_string(std::thread::hardware_concurrency() - 1));
    }
}

}  // namespace pushbench
