#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

namespace pushbench::loadgen {

/// What the kernel takes for the objects that an open TCP connection is made of, at one of its ends.
struct ObjectSizes {
    std::int64_t socket_bytes = 0;       ///< of IPv4, with all that each socket has: inode, file, name
    std::int64_t socket_v6_bytes = 0;    ///< the same of IPv6
    std::int64_t epoll_entry_bytes = 0;  ///< of each file in an epoll set, whichever file
    bool operator==(const ObjectSizes&) const = default;
};

/// By what the kernel says of its slab caches: /sys/kernel/slab, else /proc/slabinfo. Root's to read.
std::optional<ObjectSizes> object_sizes();

/// From a folder such as /sys/kernel/slab, which knows a cache by each of its names, merged or not.
std::optional<ObjectSizes> sizes_from_folder(const std::string& folder);
/// From the text of /proc/slabinfo, which shows a merged cache under the name of one of those in it.
std::optional<ObjectSizes> sizes_from_slabinfo(std::istream& slabinfo);

}  // namespace pushbench::loadgen
