#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "notify/faults.hpp"

namespace pushbench {

enum class LogLevel { error, info, debug };

struct Address {
    std::string host;  ///< an IPv4 or IPv6 address
    std::uint16_t port = 0;
};

/// `127.0.0.1:8080` or `[::1]:8080`. Empty if it is neither.
std::optional<Address> parse_address(std::string_view text);

/// What every server can be told; see `--help`.
struct ServerOptions {
    Address listen{"127.0.0.1", 8080};
    Address admin{"127.0.0.1", 9080};
    unsigned threads = 1;
    std::size_t history = 1024;       ///< notifications kept per topic
    std::size_t max_connections = 0;  ///< 0: as many as the limit on open files allows
    std::int64_t heartbeat_ns = 15'000'000'000;
    std::int64_t idle_timeout_ns = 60'000'000'000;
    std::int64_t header_timeout_ns = 10'000'000'000;
    std::vector<std::string> allow_origin;  ///< origins, or `*`
    std::vector<int> cpus;                  ///< empty: wherever the kernel likes
    bool reuse_port = false;                ///< other processes may listen on the same port (SO_REUSEPORT)
    LogLevel log_level = LogLevel::info;
    FaultOptions faults;
    bool allow_publish = false;  ///< WebSocket: a client's text message is published to its topic
    bool framing_beast = false;  ///< WebSocket: Beast's own stream per session, not the shared pump
};

/// Which options only some servers have.
struct OptionTraits {
    std::string program;      ///< as shown by --help
    std::string description;  ///< one line
    bool websocket = false;   ///< has --allow-publish and --framing
    bool faults = true;       ///< has --fault-…
};

/// The options, or the exit code with which the program is to end: 0 after --help and --version, 2 on bad
/// usage, which has been told in one line.
struct ParsedOptions {
    ServerOptions options;
    std::optional<int> exit_code;
};
ParsedOptions parse_options(int argc, const char* const* argv, const OptionTraits& traits);

}  // namespace pushbench
