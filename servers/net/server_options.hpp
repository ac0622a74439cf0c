#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "net/limits.hpp"
#include "notify/faults.hpp"
#include "source/options.hpp"

namespace pushbench {

enum class LogLevel { error, info, debug };

struct Address {
    std::string host;  ///< an IPv4 or IPv6 address
    std::uint16_t port = 0;
};

/// What every server can be told; see `--help`. What one transport alone can be told lies in its folder.
struct ServerOptions {
    Address listen{"127.0.0.1", 8080};
    Address admin{"127.0.0.1", 9080};
    unsigned threads = 1;
    std::size_t history = 1024;                         ///< notifications kept per topic
    std::size_t history_bytes = 64 * 1024 * 1024;       ///< kept per topic; the newest whatever its size
    std::size_t all_history_bytes = 256 * 1024 * 1024;  ///< kept of all topics together
    std::size_t max_topics = 100'000;                   ///< published to; others are refused
    std::int64_t topic_ttl_ns = 3'600'000'000'000;      ///< since the last notification; 0: for ever
    std::size_t max_connections = 0;                    ///< 0: as many as the limit on open files allows
    std::int64_t heartbeat_ns = 15'000'000'000;
    std::int64_t idle_timeout_ns = 60'000'000'000;
    std::int64_t header_timeout_ns = 10'000'000'000;
    Limits limits;
    std::vector<std::string> allow_origin;  ///< origins, or `*`
    std::vector<std::string>
        allow_host;                ///< names of this server besides addresses and names without a dot, or `*`
    std::string admin_token_file;  ///< empty: the admin port asks for no token
    std::vector<int> cpus;         ///< empty: wherever the kernel likes
    bool allow_publish = false;    ///< clients may: by a message of a WebSocket, or POST /publish
    bool reuse_port = false;       ///< other processes may listen on the same port (SO_REUSEPORT)
    LogLevel log_level = LogLevel::info;
    FaultOptions faults;
    SourceOptions source;
};

}  // namespace pushbench
