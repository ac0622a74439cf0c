#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "loadgen/measure/cgroup.hpp"
#include "loadgen/measure/object_sizes.hpp"
#include "loadgen/measure/socket_buffers.hpp"

namespace pushbench::loadgen {

/// Kernel memory behind connections. Only the difference of two samples says something.
struct KernelMemory {
    std::optional<ObjectSizes> sizes;
    std::optional<SocketEnds> ends;  ///< of the sockets with the server's port only
    // Files in epoll sets. Whoever the server's processes are not told to shares those of the whole host.
    std::optional<std::int64_t> server_entries;
    std::optional<std::int64_t> client_entries;
    std::optional<std::int64_t> host_entries;
    std::optional<CgroupMemory> cgroup;  ///< the server's, where it has one that counts memory
};

/// `server` are its processes; none where nobody knows them.
KernelMemory kernel_memory(std::uint16_t server_port, std::span<const pid_t> server,
                           const std::string& server_cgroup);

/// What came since, at one end. Empty where nobody says, and where the end has no new sockets on this host.
struct EndGrowth {
    std::optional<double> slab_bytes;
    std::optional<double> buffer_bytes;
};

/// Where a figure of kernel memory comes from.
enum class KernelBy : std::uint8_t {
    unknown,
    objects,  ///< what an object takes, times sockets and files in epoll sets
    cgroup,   ///< what the kernel has charged to the server's cgroup
};

struct KernelGrowth {
    EndGrowth server;
    EndGrowth client;
    KernelBy server_by = KernelBy::unknown;
};

KernelGrowth kernel_growth(const KernelMemory& before, const KernelMemory& after);

}  // namespace pushbench::loadgen
