#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/crowd/behaviour.hpp"
#include "loadgen/message/reader.hpp"
#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// What all workers of a trial are told alike.
struct CrowdSettings {
    const Transport* transport = nullptr;
    MessageKind messages = MessageKind::json;
    Target target;
    Speech speech;                    ///< how the server is spoken to
    std::vector<std::string> tokens;  ///< client i has the i-th modulo their number
    std::vector<std::string> topics;  ///< client i listens to topic i modulo their number
    std::uint32_t connections = 1;    ///< of all workers together
    std::uint32_t workers = 1;        ///< in all processes together
    // Of several processes that share the clients this one has each `ranks`-th worker, from `rank` on.
    std::uint32_t rank = 0;
    std::uint32_t ranks = 1;
    std::int64_t ahead_ns = 0;     ///< how much more our clock shows than the one by which stamps are made
    double connects_per_s = 4000;  ///< of all workers together
    std::int64_t poll_interval_ns = 0;  ///< of short polls; 0: as soon as the answer is there
    std::int64_t poll_wait_ns = 0;      ///< how long a long poll is parked
    bool spread_polls = true;           ///< those that are parked before counting begins
    std::int64_t awake_ns = 0;          ///< how long a reader looks for more before it sleeps
    std::uint64_t seed = 1;
    unsigned source_addresses = 0;  ///< 0: the kernel chooses
    bool receive_stamps = false;    ///< of plain connections, see Channel::stamp_reads()
    Behaviour behaviour;            ///< of those clients that are not steady
    std::vector<int> cpus;          ///< the k-th worker here is bound to the k-th, if there is more than one

    [[nodiscard]] std::string_view token_of(std::uint32_t client) const {
        return tokens.empty() ? std::string_view{} : tokens[client % tokens.size()];
    }
};

}  // namespace pushbench::loadgen
