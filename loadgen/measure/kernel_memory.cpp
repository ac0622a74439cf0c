#include "loadgen/measure/kernel_memory.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace pushbench::loadgen {
namespace {

/// What an open connection is made of: the socket, its inode, file and directory entry, its place in an epoll
/// set, and buffers. Caches of file systems and of processes are left out: they move for other reasons.
bool belongs_to_sockets(std::string_view cache) {
    constexpr std::array<std::string_view, 12> whole = {"TCP",
                                                        "TCPv6",
                                                        "sock_inode_cache",
                                                        "filp",
                                                        "dentry",
                                                        "eventpoll_epi",
                                                        "eventpoll_pwq",
                                                        "lsm_inode_cache",
                                                        "lsm_file_cache",
                                                        "tcp_bind_bucket",
                                                        "tcp_bind2_bucket",
                                                        "request_sock_TCP"};
    return std::find(whole.begin(), whole.end(), cache) != whole.end() || cache.starts_with("skbuff_") ||
           (cache.starts_with("kmalloc-") && !cache.starts_with("kmalloc-rcl"));
}

}  // namespace

std::optional<std::int64_t> slab_bytes(std::istream& slabinfo) {
    std::int64_t sum = 0;
    bool any = false;
    for (std::string line; std::getline(slabinfo, line);) {
        std::istringstream fields{line};
        std::string name;
        std::int64_t active = 0;
        std::int64_t total = 0;
        std::int64_t object_bytes = 0;
        if (!(fields >> name >> active >> total >> object_bytes) || !belongs_to_sockets(name)) continue;
        sum += active * object_bytes;
        any = true;
    }
    if (!any) return std::nullopt;
    return sum;
}

std::optional<std::int64_t> socket_buffer_bytes(std::istream& sockstat, std::int64_t page_bytes) {
    for (std::string line; std::getline(sockstat, line);) {
        const auto at = line.find(" mem ");
        if (line.rfind("TCP:", 0) != 0 || at == std::string::npos) continue;
        return std::strtoll(line.c_str() + at + 5, nullptr, 10) * page_bytes;
    }
    return std::nullopt;
}

KernelMemory kernel_memory() {
    std::ifstream slabinfo{"/proc/slabinfo"};
    std::ifstream sockstat{"/proc/net/sockstat"};
    return {slab_bytes(slabinfo), socket_buffer_bytes(sockstat, sysconf(_SC_PAGESIZE))};
}

}  // namespace pushbench::loadgen
