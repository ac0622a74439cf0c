#pragma once

#include <cstdint>
#include <memory>

#include "loadgen/crowd/rare_text.hpp"
#include "loadgen/transport/protocol.hpp"
#include "loadgen/wire/channel.hpp"

namespace pushbench::loadgen {

/// One connection, from its connect to its end, with the protocol that is spoken on it. Its subscriber gets a
/// new one for the next, so that nothing of a lost connection can reach into it.
struct Link {
    enum class State : std::uint8_t {
        connecting,     ///< TCP
        shaking_hands,  ///< TLS
        open
    };

    Link(Channel carrier, std::unique_ptr<Protocol> spoken, std::int64_t time_ns)
        : channel{std::move(carrier)}, protocol{std::move(spoken)}, started_ns{time_ns} {}

    [[nodiscard]] bool is_open() const { return state == State::open; }

    Channel channel;
    std::unique_ptr<Protocol> protocol;
    std::int64_t started_ns;    ///< of this connect
    std::int64_t asked_ns = 0;  ///< of the last request
    RareText unsent;
    State state = State::connecting;
    bool in_flight = false;  ///< a poll waits for its answer
};

}  // namespace pushbench::loadgen
