#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/crowd/behaviour.hpp"
#include "loadgen/crowd/link.hpp"
#include "loadgen/crowd/rare_text.hpp"
#include "loadgen/measure/ledger.hpp"

namespace pushbench::loadgen {

/// One client: who it is, what it has got so far, and when its next turn is. It outlives its connections, of
/// which it has one at a time. Small: there are ten thousand of them.
struct Subscriber {
    enum class State : std::uint8_t {
        away,        ///< waits for its turn to connect, or is about to
        put_off,     ///< the server answered that it should come back later
        subscribed,  ///< what is published reaches it; a polling one may have no connection between two polls
        done         ///< does not come back
    };
    static constexpr std::size_t states = 4;

    /// Only then it is counted and timed, see Role.
    [[nodiscard]] bool is_steady() const { return role == Role::steady; }

    std::uint32_t number = 0;  ///< among all clients of the trial
    std::uint32_t topic = 0;   ///< index into the worker's topics
    Ledger ledger;
    RareText cursor;  ///< as the server named it on an earlier connection
    /// None at the moment, or one. Within the subscriber and not behind a pointer: of a burst all connections
    /// are read in their order, and the processor has the next one fetched by then.
    std::optional<Link> link;
    std::int64_t timer_ns = 0;         ///< the only timer that counts
    std::int64_t last_message_ns = 0;  ///< when it came; 0: none has
    std::int64_t joined_ns = 0;        ///< in the place of one that left; 0: it was there from the start
    std::uint32_t retry_base_ms = 0;   ///< of the back-off; the server may set it
    State state = State::away;
    Role role = Role::steady;
    bool was_cut = false;              ///< and is not back yet
    bool was_subscribed = false;       ///< at least once
    bool was_served = false;           ///< a message or a whole answer has come, ever
    bool heard = false;                ///< a message or a poll's answer, since counting began
    std::uint8_t redirects = 0;        ///< followed since it last was subscribed
    std::uint16_t place = 0;           ///< where a redirect has led; 0: the trial's own target
    bool asked_again = false;          ///< a poll lost its connection and was sent once more
    std::uint8_t failed_attempts = 0;  ///< in a row
};

}  // namespace pushbench::loadgen
