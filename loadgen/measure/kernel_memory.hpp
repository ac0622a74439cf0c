#pragma once

#include <cstdint>
#include <istream>
#include <optional>

namespace pushbench::loadgen {

/// Kernel memory behind connections, of both ends where both are on this host. Only the difference of two
/// samples says something.
struct KernelMemory {
    std::optional<std::int64_t> slab_bytes;           ///< objects in use; /proc/slabinfo is root's to read
    std::optional<std::int64_t> socket_buffer_bytes;  ///< of the sockets with the server's port only
};

KernelMemory kernel_memory(std::uint16_t server_port);

/// Objects that open sockets are made of, from the text of /proc/slabinfo: of the whole host, but of nothing
/// other than sockets.
std::optional<std::int64_t> slab_bytes(std::istream& slabinfo);

}  // namespace pushbench::loadgen
