#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/connection.hpp"
#include "notify/notification.hpp"
#include "process/options.hpp"

namespace pushbench {

/// What makes a server speak one transport: all that its folder brings.
struct Protocol {
    std::string_view name;          ///< as in metrics
    std::span<const Route> routes;  ///< of the listen port
    /// The bytes of one notification as every subscriber gets them. Called once for each notification.
    std::string (*encode)(const Notification&);
    /// For the handlers: options of the transport's own. Outlives the server.
    void* state = nullptr;
};

/// Runs the server until SIGTERM or SIGINT. Prints its addresses as one JSON line once it accepts. Returns
/// the process's exit code: 0 after a graceful close, 1 on a failure, which has been told in one line.
int run_server(const ServerOptions& options, const Protocol& protocol);

}  // namespace pushbench
