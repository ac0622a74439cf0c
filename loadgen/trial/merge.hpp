#pragma once

#include <vector>

#include "loadgen/peers/peers.hpp"
#include "loadgen/trial/part.hpp"
#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// Puts what all processes have measured into the result that rank 0 has of the whole: it is then that of one
/// load of all clients. What is the server's is taken from the part of rank 0, which comes first. Tells of
/// each rank, also of one that is lost and has no part.
void merge_parts(Result& whole, std::vector<Part>& parts, const Peers& peers);

/// How the whole stands to each rule, and each part to those that a rank can be judged by: one that breaks
/// one breaks it for the whole, and is named.
std::vector<Finding> judge_with_parts(Result& whole, const std::vector<Part>& parts);

/// Whether the clock of a process is known well enough for its latencies: to a tenth of their median.
[[nodiscard]] bool clock_is_good(const PeerInfo& info, const Histogram& latency);

}  // namespace pushbench::loadgen
