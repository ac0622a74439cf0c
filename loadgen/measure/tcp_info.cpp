#include "loadgen/measure/tcp_info.hpp"

// The kernel's header and not glibc's: glibc's tcp_info ends before the byte counts.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace pushbench::loadgen {

WireCounts& WireCounts::operator+=(const WireCounts& other) {
    bytes_in += other.bytes_in;
    bytes_out += other.bytes_out;
    segments_in += other.segments_in;
    segments_out += other.segments_out;
    return *this;
}

WireCounts WireCounts::operator-(const WireCounts& other) const {
    return {bytes_in - other.bytes_in, bytes_out - other.bytes_out, segments_in - other.segments_in,
            segments_out - other.segments_out};
}

WireCounts wire_counts(int fd) {
    tcp_info info{};
    socklen_t length = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return {};
    // Both directions alike: each byte once. What came twice is not in `received`; what went twice is in
    // `sent`, which also counts bytes not yet acknowledged.
    return {info.tcpi_bytes_received, info.tcpi_bytes_sent - info.tcpi_bytes_retrans, info.tcpi_segs_in,
            info.tcpi_segs_out};
}

}  // namespace pushbench::loadgen
