#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/trial/held.hpp"
#include "loadgen/trial/settings.hpp"
#include "loadgen/trial/ticker.hpp"

namespace pushbench::loadgen {

/// Watches how many connections a server on this machine has open, ten times a second, by the kernel's list
/// of sockets: no server need say it, and what a process has closed is closed, whatever TCP still tries.
class HeldMeter {
 public:
    /// Where no client is to vanish there is nothing to watch.
    explicit HeldMeter(const Settings& settings);
    /// They vanish now.
    void begin();
    /// Empty where none did, the kernel does not tell, or the server is on another machine.
    [[nodiscard]] std::optional<Held> end();

 private:
    bool look();

    std::uint16_t port_ = 0;
    std::int64_t vanished_ = 0;
    std::int64_t open_at_first_ = 0;
    std::int64_t begin_ns_ = 0;
    Held held_;
    Ticker ticker_;  ///< last: it uses all the others
};

}  // namespace pushbench::loadgen
