#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "loadgen/measure/ledger.hpp"
#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// One subscriber, over all the connections it may need. Small: there are ten thousand of them.
struct Connection {
    enum class State : std::uint8_t {
        closed,      ///< waits for its turn to connect
        connecting,  ///< TCP
        asking,      ///< the first request is out
        ready,       ///< subscribed
        done         ///< not to be opened again
    };

    int fd = -1;
    std::uint32_t topic = 0;   ///< index into the worker's topics
    std::uint32_t number = 0;  ///< among all clients of the trial
    State state = State::closed;
    bool was_ready = false;  ///< at least once
    bool in_flight = false;  ///< a poll waits for its answer
    std::uint8_t failed_attempts = 0;
    std::unique_ptr<Protocol> protocol;
    Ledger ledger;
    std::int64_t started_ns = 0;     ///< of this connect
    std::int64_t asked_ns = 0;       ///< of the request in flight
    std::int64_t timer_ns = 0;       ///< the only timer that counts
    std::int64_t retry_base_ns = 0;  ///< of the back-off; the server may set it
    std::string unsent;
};

}  // namespace pushbench::loadgen
