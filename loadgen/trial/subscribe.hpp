#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/publish/publisher.hpp"
#include "loadgen/trial/ranks.hpp"
#include "loadgen/trial/watch.hpp"

namespace pushbench::loadgen {

/// Connects all clients, paced. Throws Failure where nobody gets in, or where not all ever will.
void connect(Ranks& ranks, Watch& watch, Result& result);

/// One notification a topic must reach every subscriber, before anything is measured. Throws Failure where
/// that fails.
void verify(Ranks& ranks, Publisher& publisher, const std::vector<std::string>& topics, Watch& watch,
            const Result& result);

/// Two intervals of short polling, and nothing for other transports: within that every client has asked.
[[nodiscard]] std::int64_t two_polls_ns(const Settings& settings);

}  // namespace pushbench::loadgen
