#pragma once

#include <span>
#include <string>
#include <string_view>

#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// All transports, one row each. A new one is a folder of its own and a row here.
std::span<const Transport> transports();

/// The row of that name; null if there is none.
const Transport* find_transport(std::span<const Transport> rows, std::string_view name);

/// "short-poll, long-poll, …", for help and messages.
std::string transport_names(std::span<const Transport> rows);

}  // namespace pushbench::loadgen
