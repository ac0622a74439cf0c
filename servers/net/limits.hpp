#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pushbench {

/// What one client may make the server hold. All that a peer can send is bounded by one of these; those of
/// the histories stand beside them in ServerOptions. docs/servers.md has the table.
struct Limits {
    std::size_t target_bytes = 8 * 1024;       ///< of a request; RFC 9112 §3 wants 8,000 at least
    std::size_t header_line_bytes = 8 * 1024;  ///< one header line
    std::size_t header_bytes = 16 * 1024;      ///< all header lines, and all trailer lines once more
    std::size_t header_lines = 100;            ///< of a request
    std::size_t chunk_line_bytes = 256;        ///< a chunk's size with its extensions
    std::size_t chunk_extension_bytes = 4096;  ///< of all chunks of a request
    std::size_t body_bytes = 1024 * 1024;      ///< of a request that publishes; elsewhere there is none
    std::size_t schedule_bytes = 64 * 1024;    ///< of a request that starts a schedule
    std::size_t ahead_bytes = 16 * 1024;       ///< requests sent ahead, while an earlier one waits
    std::size_t client_topics = 64;            ///< that one request may follow
    std::size_t message_bytes = 64 * 1024;     ///< a WebSocket message of a client
};

/// Why a client was refused: how /metrics counts it, and what the log says.
enum class Reason : std::uint8_t {
    malformed,
    target,
    header,
    chunk,
    body,
    timeout,
    host,
    origin,
    token,
    topics,
    connections,
    message
};

/// Empty: there is no such reason. The compiler says so where one has no name.
constexpr std::string_view name_of(Reason reason) {
    switch (reason) {
        case Reason::malformed:
            return "malformed";
        case Reason::target:
            return "target_too_long";
        case Reason::header:
            return "header_too_large";
        case Reason::chunk:
            return "chunk_too_large";
        case Reason::body:
            return "body_too_large";
        case Reason::timeout:
            return "too_slow";
        case Reason::host:
            return "host";
        case Reason::origin:
            return "origin";
        case Reason::token:
            return "token";
        case Reason::topics:
            return "too_many_topics";
        case Reason::connections:
            return "connections";
        case Reason::message:
            return "message_too_large";
    }
    return {};
}

/// How many there are: they count from 0, and the first that has no name is none.
inline constexpr std::size_t kReasons = [] {
    std::size_t count = 0;
    while (!name_of(static_cast<Reason>(count)).empty()) ++count;
    return count;
}();

}  // namespace pushbench
