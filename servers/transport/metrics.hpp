#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "notify/faults.hpp"
#include "transport/shard.hpp"

namespace pushbench {

/// The server's counters, summed over its threads, in Prometheus' text format 0.0.4.
std::string metrics_text(std::string_view transport, const std::vector<std::unique_ptr<Shard>>& shards);

/// What a server with faults on adds to them.
std::string fault_metrics_text(std::string_view transport, const FaultCounts& counts);

}  // namespace pushbench
