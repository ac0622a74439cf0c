#include "loadgen/measure/kernel_memory.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace pushbench::loadgen {
namespace {

struct Cache {
    std::int64_t objects = 0;
    std::int64_t object_bytes = 0;
};

/// Used by sockets and by their places in epoll sets, and by nothing else, so that they are counted.
constexpr std::array counted = {"TCP", "TCPv6", "eventpoll_epi", "eventpoll_pwq", "ep_head"};

/// One of each belongs to every socket's inode. Files, directories and processes use them too, by the hundred
/// thousand, and take and drop them at any time: so it is their size that counts here, not their number.
constexpr const char* socket_inode = "sock_inode_cache";
constexpr std::array with_each_inode = {socket_inode, "filp", "dentry", "lsm_inode_cache", "lsm_file_cache"};

// A connection has the same of these at either end. Seen on Linux 6.18 with 5,000 connections of one process
// to itself, by what came with connect(), with accept(), with each end's epoll set, and what went with
// closing one end: TCP, sock_inode_cache, filp, dentry, lsm_*, ep_head and eventpoll_epi, one each. At one
// end only are the request_sock_TCP of what was not accepted yet, the tw_sock_TCP of who closed first, and a
// port's entry in the client's table of ports, and none of these is counted here. So what an end takes
// follows from its sockets.
//
// Not in it: the general kmalloc caches (what a socket takes there is some ten bytes; what all else takes is
// not), buffers (charged to their sockets, see socket_buffers.hpp), and the table of ports (128 bytes a
// connection; earlier connections in TIME_WAIT hold entries as well).

std::map<std::string, Cache> read_caches(std::istream& slabinfo) {
    std::map<std::string, Cache> caches;
    for (std::string line; std::getline(slabinfo, line);) {
        std::istringstream fields{line};
        std::string name;
        std::int64_t total = 0;
        Cache cache;
        if (fields >> name >> cache.objects >> total >> cache.object_bytes) caches[name] = cache;
    }
    return caches;
}

}  // namespace

std::optional<std::int64_t> slab_bytes(std::istream& slabinfo) {
    auto caches = read_caches(slabinfo);
    if (!caches.contains("TCP") || !caches.contains(socket_inode)) return std::nullopt;
    std::int64_t sum = 0;
    for (const char* name : counted) sum += caches[name].objects * caches[name].object_bytes;
    for (const char* name : with_each_inode) sum += caches[socket_inode].objects * caches[name].object_bytes;
    return sum;
}

KernelMemory kernel_memory(std::uint16_t server_port) {
    std::ifstream slabinfo{"/proc/slabinfo"};
    return {slab_bytes(slabinfo), socket_ends(server_port)};
}

KernelGrowth kernel_growth(const KernelMemory& before, const KernelMemory& after) {
    if (!before.ends || !after.ends) return {};
    const auto grown = [](const SocketEnd& from, const SocketEnd& to) {
        return SocketEnd{to.sockets - from.sockets, to.buffer_bytes - from.buffer_bytes};
    };
    const SocketEnd server = grown(before.ends->server, after.ends->server);
    const SocketEnd client = grown(before.ends->client, after.ends->client);
    const auto both = static_cast<double>(std::max<std::int64_t>(0, server.sockets) +
                                          std::max<std::int64_t>(0, client.sockets));
    const auto growth_of = [&](const SocketEnd& end) {
        EndGrowth growth;
        if (end.sockets <= 0) return growth;
        growth.buffer_bytes = static_cast<double>(end.buffer_bytes);
        if (before.slab_bytes && after.slab_bytes)
            growth.slab_bytes = static_cast<double>(*after.slab_bytes - *before.slab_bytes) *
                                static_cast<double>(end.sockets) / both;
        return growth;
    };
    return {growth_of(server), growth_of(client)};
}

}  // namespace pushbench::loadgen
