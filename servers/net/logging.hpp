#pragma once

#include <iostream>
#include <string_view>

#include "net/server_options.hpp"

namespace pushbench {

/// One line on standard error, if `--log-level` asks for lines of this level. Nothing on the path of a
/// notification is ever logged.
inline void log(const ServerOptions& options, LogLevel level, std::string_view line) {
    if (level <= options.log_level) std::cerr << line << "\n";
}

}  // namespace pushbench
