#pragma once

#include <cstdint>
#include <optional>

namespace pushbench::loadgen {

/// The sockets at one end of the connections to a port.
struct SocketEnd {
    std::int64_t sockets = 0;
    std::int64_t sockets_v6 = 0;    ///< those of them that are of the larger kind, whatever they carry
    std::int64_t buffer_bytes = 0;  ///< what lies in their queues, and what they keep reserved
    bool operator==(const SocketEnd&) const = default;
};

struct SocketEnds {
    SocketEnd server;  ///< the port is the socket's own
    SocketEnd client;  ///< the port is its peer's
};

/// The TCP sockets with this port at either end, and the buffer memory that the kernel charges to them. Asked
/// for socket by socket (sock_diag), because the system-wide figure of /proc/net/sockstat moves by the
/// megabyte on each CPU and holds everybody's sockets. Empty where the kernel does not tell.
std::optional<SocketEnds> socket_ends(std::uint16_t port);

/// How many connections to this port a process of this machine has open at the port's end. One that it has
/// closed is none, though the kernel may try for minutes to send what was left. Empty where it does not tell.
std::optional<std::int64_t> open_connections(std::uint16_t port);

}  // namespace pushbench::loadgen
