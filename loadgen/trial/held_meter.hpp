#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "loadgen/trial/held.hpp"
#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// Watches how many connections a server on this machine has open, ten times a second, by the kernel's list
/// of sockets: no server need say it, and what a process has closed is closed, whatever TCP still tries.
class HeldMeter {
 public:
    /// Where no client is to vanish there is nothing to watch.
    explicit HeldMeter(const Settings& settings);
    ~HeldMeter() { stop(); }
    HeldMeter(const HeldMeter&) = delete;
    HeldMeter& operator=(const HeldMeter&) = delete;

    /// They vanish now.
    void begin();
    /// Empty where none did, the kernel does not tell, or the server is on another machine.
    [[nodiscard]] std::optional<Held> end();

 private:
    void run();
    void stop();

    std::uint16_t port_ = 0;
    std::int64_t vanished_ = 0;
    std::int64_t open_at_first_ = 0;
    std::int64_t begin_ns_ = 0;
    Held held_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace pushbench::loadgen
