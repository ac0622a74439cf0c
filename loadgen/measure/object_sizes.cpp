#include "loadgen/measure/object_sizes.hpp"

#include <array>
#include <fstream>
#include <map>
#include <sstream>

namespace pushbench::loadgen {
namespace {

// A connection has the same of these at either end. Seen on Linux 6.18 with 5,000 connections of one process
// to itself, by what came with connect(), with accept(), with each end's epoll set, and what went with
// closing one end: TCP, sock_inode_cache, filp, dentry, lsm_*, ep_head and eventpoll_epi, one each. At one
// end only are the request_sock_TCP of what was not accepted yet, the tw_sock_TCP of who closed first, and a
// port's entry in the client's table of ports, and none of these is counted here.
//
// They are counted by the sockets and not in the caches: a kernel merges caches of like size, and 2,000 bound
// ports that no epoll set knows then show as 4,005 objects of eventpoll_epi, while eventpoll_pwq shows
// nowhere. Files, directories and processes use some of them too, and take and drop them at any time.
//
// Not in it: the general kmalloc caches (what a socket takes there is some ten bytes), buffers (charged to
// their sockets, see socket_buffers.hpp), and the table of ports (128 bytes a connection; earlier connections
// in TIME_WAIT hold entries as well).
constexpr std::array of_each_socket = {"sock_inode_cache", "filp", "dentry", "lsm_inode_cache",
                                       "lsm_file_cache"};
/// An entry, its place in the file's queue of waiters, and the file's list of entries.
constexpr std::array of_each_entry = {"eventpoll_epi", "eventpoll_pwq", "ep_head"};
/// A kernel without security modules has no lsm caches, and one before 5.11 no ep_head.
constexpr std::array may_be_missing = {"lsm_inode_cache", "lsm_file_cache", "ep_head"};

template <class SizeOf>
std::optional<std::int64_t> sum(const auto& names, SizeOf size_of) {
    std::int64_t bytes = 0;
    for (const auto& each : names) {
        const std::string name{each};
        const std::optional<std::int64_t> size = size_of(name);
        bool needed = true;
        for (const char* dispensable : may_be_missing) needed = needed && name != dispensable;
        if (!size && needed) return std::nullopt;
        bytes += size.value_or(0);
    }
    return bytes;
}

template <class SizeOf>
std::optional<ObjectSizes> sizes(SizeOf size_of) {
    const auto tcp = size_of("TCP");
    const auto each_socket = sum(of_each_socket, size_of);
    const auto each_entry = sum(of_each_entry, size_of);
    if (!tcp || !each_socket || !each_entry) return std::nullopt;
    const std::int64_t tcp_v6 = size_of("TCPv6").value_or(*tcp);  // a kernel without IPv6 has no such sockets
    return ObjectSizes{*tcp + *each_socket, tcp_v6 + *each_socket, *each_entry};
}

}  // namespace

std::optional<ObjectSizes> sizes_from_folder(const std::string& folder) {
    return sizes([&](const std::string& name) -> std::optional<std::int64_t> {
        std::ifstream file{folder + "/" + name + "/slab_size"};  // with what the allocator puts around it
        std::int64_t bytes = 0;
        return file >> bytes ? std::optional{bytes} : std::nullopt;
    });
}

std::optional<ObjectSizes> sizes_from_slabinfo(std::istream& slabinfo) {
    std::map<std::string, std::int64_t> bytes;
    for (std::string line; std::getline(slabinfo, line);) {
        std::istringstream fields{line};
        std::string name;
        std::int64_t active = 0;
        std::int64_t all = 0;
        std::int64_t size = 0;
        if (fields >> name >> active >> all >> size) bytes[name] = size;
    }
    return sizes([&](const std::string& name) -> std::optional<std::int64_t> {
        const auto found = bytes.find(name);
        return found == bytes.end() ? std::nullopt : std::optional{found->second};
    });
}

std::optional<ObjectSizes> object_sizes() {
    if (const auto known = sizes_from_folder("/sys/kernel/slab")) return known;
    std::ifstream slabinfo{"/proc/slabinfo"};
    return sizes_from_slabinfo(slabinfo);
}

}  // namespace pushbench::loadgen
