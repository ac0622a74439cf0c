#pragma once

#include <string>

namespace pushbench::loadgen {

/// Where a process runs, and by which clock.
struct Host {
    std::string name;
    std::string boot;            ///< of its kernel, another one after each boot; empty: it does not say
    std::string time_namespace;  ///< in which CLOCK_MONOTONIC may be set apart (time_namespaces(7))

    template <class Porter>
    void carry(Porter& porter) {
        porter.all(name, boot, time_namespace);
    }
};

[[nodiscard]] Host this_host();

/// Whether both read one and the same CLOCK_MONOTONIC.
[[nodiscard]] inline bool share_a_clock(const Host& a, const Host& b) {
    return !a.boot.empty() && a.boot == b.boot && a.time_namespace == b.time_namespace;
}

}  // namespace pushbench::loadgen
