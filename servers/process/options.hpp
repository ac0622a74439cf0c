#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "net/server_options.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): as its library calls it
class App;
}

namespace pushbench {

/// `127.0.0.1:8080` or `[::1]:8080`. Empty if it is neither.
std::optional<Address> parse_address(std::string_view text);

/// What differs between the servers' options.
struct OptionTraits {
    std::string program;                   ///< as shown by --help
    std::string description;               ///< one line
    bool faults = true;                    ///< has --fault-…
    std::function<void(CLI::App&)> add{};  ///< adds those of its own
};

/// The options, or the exit code with which the program is to end: 0 after --help and --version, 2 on bad
/// usage, which has been told in one line.
struct ParsedOptions {
    ServerOptions options;
    std::optional<int> exit_code;
};
ParsedOptions parse_options(int argc, const char* const* argv, const OptionTraits& traits);

}  // namespace pushbench
