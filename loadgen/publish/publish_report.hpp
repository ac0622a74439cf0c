#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "loadgen/measure/histogram.hpp"
#include "loadgen/measure/tcp_info.hpp"

namespace pushbench::loadgen {

/// How our own publisher did, over the last schedule it ran; errors and connect failures over all but the
/// probes.
struct PublishReport {
    std::string url;
    std::uint32_t connections = 0;
    /// Whether each topic's notifications are sent one after the other. Else the target may take them in
    /// another order than they are numbered, which is no fault of the target.
    bool keeps_order = true;
    std::optional<int> cpu;  ///< its thread is bound to it; empty: to none of its own

    std::int64_t sent = 0;                 ///< notifications handed to the kernel
    std::int64_t taken = 0;                ///< of them, those that the target said yes to
    std::int64_t errors = 0;               ///< of them, those that it refused or never answered
    std::int64_t held_up = 0;              ///< were due when no connection was free to send them
    std::int64_t sent_again = 0;           ///< the kept-alive connection had just been closed by the target
    std::int64_t opened = 0;               ///< connections, probes included
    std::int64_t connect_failures = 0;     ///< attempts, and connections that broke
    std::map<int, std::int64_t> statuses;  ///< answers by HTTP status; empty by WebSocket
    std::string first_error;               ///< one line; empty where all went well

    Histogram lateness;  ///< due to sent
    Histogram answers;   ///< sent to answered; empty by WebSocket, which does not answer
    double seconds = 0;  ///< from the schedule's beginning to its last answer, or until now
    double cpu_s = 0;    ///< of its thread, in that time
    WireCounts wire;     ///< over connections of its own, in that time
};

}  // namespace pushbench::loadgen
