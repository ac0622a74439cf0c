#pragma once

#include <cstdint>
#include <istream>
#include <optional>

#include "loadgen/measure/socket_buffers.hpp"

namespace pushbench::loadgen {

/// Kernel memory behind connections. Only the difference of two samples says something.
struct KernelMemory {
    std::optional<std::int64_t>
        slab_bytes;                  ///< objects in use, of both ends; /proc/slabinfo is root's to read
    std::optional<SocketEnds> ends;  ///< of the sockets with the server's port only
};

KernelMemory kernel_memory(std::uint16_t server_port);

/// What came since, at one end. Empty where nobody says, and where the end has no new sockets on this host.
struct EndGrowth {
    std::optional<double> slab_bytes;
    std::optional<double> buffer_bytes;
};

struct KernelGrowth {
    EndGrowth server;
    EndGrowth client;
};

/// The slab is counted for the whole host; each end has the share of it that its new sockets are of all.
KernelGrowth kernel_growth(const KernelMemory& before, const KernelMemory& after);

/// Objects that open sockets are made of, from the text of /proc/slabinfo: of the whole host, but of nothing
/// other than sockets.
std::optional<std::int64_t> slab_bytes(std::istream& slabinfo);

}  // namespace pushbench::loadgen
