#pragma once

#include <cstdint>
#include <istream>
#include <optional>

namespace pushbench::loadgen {

/// Kernel memory behind the sockets of the whole host, so of both ends where both are on it. Only the
/// difference of two samples says something.
struct KernelMemory {
    std::optional<std::int64_t> slab_bytes;           ///< objects in use; /proc/slabinfo is root's to read
    std::optional<std::int64_t> socket_buffer_bytes;  ///< TCP `mem` of /proc/net/sockstat
};

KernelMemory kernel_memory();

/// The sums of the two files, apart from where they lie.
std::optional<std::int64_t> slab_bytes(std::istream& slabinfo);
std::optional<std::int64_t> socket_buffer_bytes(std::istream& sockstat, std::int64_t page_bytes);

}  // namespace pushbench::loadgen
