#include "loadgen/measure/kernel_memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "loadgen/measure/epoll_entries.hpp"

namespace pushbench::loadgen {
namespace {

using Count = std::optional<std::int64_t>;

std::optional<double> grown(const Count& from, const Count& to) {
    if (!from || !to) return std::nullopt;
    return static_cast<double>(*to - *from);
}

SocketEnd grown(const SocketEnd& from, const SocketEnd& to) {
    return {to.sockets - from.sockets, to.sockets_v6 - from.sockets_v6, to.buffer_bytes - from.buffer_bytes};
}

/// An end that is elsewhere, or lost connections, has no growth to speak of.
EndGrowth growth_of(const SocketEnd& end, const std::optional<ObjectSizes>& sizes,
                    std::optional<double> entries) {
    EndGrowth growth;
    if (end.sockets <= 0) return growth;
    growth.buffer_bytes = static_cast<double>(end.buffer_bytes);
    if (!sizes || !entries) return growth;
    growth.slab_bytes = static_cast<double>((end.sockets - end.sockets_v6) * sizes->socket_bytes +
                                            end.sockets_v6 * sizes->socket_v6_bytes) +
                        std::max(0.0, *entries) * static_cast<double>(sizes->epoll_entry_bytes);
    return growth;
}

/// By its own processes, or as many of the host's as its new sockets are of all.
std::optional<double> entries_of(const SocketEnd& end, const SocketEnd& other, std::optional<double> own,
                                 std::optional<double> host) {
    if (own || !host) return own;
    const auto sockets = static_cast<double>(std::max<std::int64_t>(0, end.sockets));
    const auto both = sockets + static_cast<double>(std::max<std::int64_t>(0, other.sockets));
    return both > 0 ? *host * sockets / both : 0;
}

/// Everything that the cgroup's sockets took, those to whatever stands behind the server included.
std::optional<EndGrowth> growth_of_cgroup(const KernelMemory& before, const KernelMemory& after) {
    if (!before.cgroup || !after.cgroup) return std::nullopt;
    const EndGrowth growth{grown(before.cgroup->slab_bytes, after.cgroup->slab_bytes),
                           grown(before.cgroup->socket_bytes, after.cgroup->socket_bytes)};
    if (!growth.slab_bytes || !growth.buffer_bytes) return std::nullopt;
    return growth;
}

}  // namespace

KernelMemory kernel_memory(std::uint16_t server_port, std::span<const pid_t> server,
                           const std::string& server_cgroup) {
    KernelMemory memory;
    memory.sizes = object_sizes();
    memory.ends = socket_ends(server_port);
    if (!server_cgroup.empty()) memory.cgroup = cgroup_memory(server_cgroup);
    if (!memory.sizes) return memory;
    if (server.empty()) {
        memory.host_entries = epoll_entries_of_host();
        return memory;
    }
    const std::array ours = {getpid()};
    memory.server_entries = epoll_entries(server);
    memory.client_entries = epoll_entries(ours);
    return memory;
}

KernelGrowth kernel_growth(const KernelMemory& before, const KernelMemory& after) {
    KernelGrowth growth;
    if (before.ends && after.ends) {
        const SocketEnd server = grown(before.ends->server, after.ends->server);
        const SocketEnd client = grown(before.ends->client, after.ends->client);
        const auto host = grown(before.host_entries, after.host_entries);
        growth.server =
            growth_of(server, after.sizes,
                      entries_of(server, client, grown(before.server_entries, after.server_entries), host));
        growth.client =
            growth_of(client, after.sizes,
                      entries_of(client, server, grown(before.client_entries, after.client_entries), host));
    }
    if (growth.server.slab_bytes) growth.server_by = KernelBy::objects;
    if (const auto charged = growth_of_cgroup(before, after)) {
        growth.server = *charged;
        growth.server_by = KernelBy::cgroup;
    }
    return growth;
}

}  // namespace pushbench::loadgen
