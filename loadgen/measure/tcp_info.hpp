#pragma once

#include <cstdint>

namespace pushbench::loadgen {

/// What went over one connection, or over many of them, as TCP counts it: payload without headers and
/// without repeats. Seen from our side: `in` came from the server.
struct WireCounts {
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t segments_in = 0;  ///< with and without payload, so ACKs count too
    std::uint64_t segments_out = 0;

    WireCounts& operator+=(const WireCounts& other);
    WireCounts operator-(const WireCounts& other) const;
};

/// TCP_INFO of an open socket; zeroes where the kernel does not tell.
WireCounts wire_counts(int fd);

}  // namespace pushbench::loadgen
