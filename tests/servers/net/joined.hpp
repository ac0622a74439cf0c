#pragma once

#include <sys/uio.h>

#include <span>
#include <string>

namespace pushbench {

/// The bytes of one gathered write, as its other side gets them.
inline std::string joined(std::span<const iovec> pieces) {
    std::string bytes;
    for (const iovec& piece : pieces) bytes.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
    return bytes;
}

}  // namespace pushbench
