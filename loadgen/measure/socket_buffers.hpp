#pragma once

#include <cstdint>
#include <optional>

namespace pushbench::loadgen {

/// Buffer memory that the kernel charges to the TCP sockets with this port at either end: what lies in their
/// queues, and what they keep reserved. Asked for socket by socket (sock_diag), because the system-wide
/// figure of /proc/net/sockstat moves by the megabyte on each CPU and holds everybody's sockets. Empty where
/// the kernel does not tell.
std::optional<std::int64_t> socket_buffer_bytes(std::uint16_t port);

}  // namespace pushbench::loadgen
