#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/connection.hpp"
#include "notify/entry.hpp"
#include "process/options.hpp"

namespace pushbench {

/// What makes a server speak one transport: all that its folder brings.
struct Transport {
    std::span<const Route> routes;  ///< of the listen port
    Encoder encode;                 ///< called at most once for each notification
};

/// Which transports a program speaks, all from one source on one port.
struct Program {
    std::string_view name;  ///< as in metrics, and with `_server` behind it in messages
    std::vector<Transport> transports;
};

/// Runs the server until SIGTERM or SIGINT. Prints its addresses as one JSON line once it accepts. Returns
/// the process's exit code: 0 after a graceful close, 1 on a failure, which has been told in one line.
int run_server(const ServerOptions& options, const Program& program);

}  // namespace pushbench
