#pragma once

#include <array>
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

inline constexpr std::array<std::string_view, 12> kReasonNames{"malformed",
                                                               "target_too_long",
                                                               "header_too_large",
                                                               "chunk_too_large",
                                                               "body_too_large",
                                                               "too_slow",
                                                               "host",
                                                               "origin",
                                                               "token",
                                                               "too_many_topics",
                                                               "connections",
                                                               "message_too_large"};

}  // namespace pushbench
