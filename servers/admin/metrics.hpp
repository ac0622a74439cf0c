#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/worker.hpp"
#include "notify/faults.hpp"
#include "source/source.hpp"

namespace pushbench {

/// The server's counters, summed over its threads, in Prometheus' text format 0.0.4.
std::string metrics_text(std::string_view transport, const std::vector<std::unique_ptr<Worker>>& workers);

/// What the source adds to them.
std::string source_metrics_text(std::string_view transport, const std::vector<SourceMetric>& metrics);

/// What a server with faults on adds to them.
std::string fault_metrics_text(std::string_view transport, const FaultCounts& counts);

}  // namespace pushbench
