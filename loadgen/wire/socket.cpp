#include "loadgen/wire/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace pushbench::loadgen {
namespace {

int bind_source(int fd, unsigned source) {
    // Leaves the choice of the port to connect(), which may then use one port towards several peers.
    const int on = 1;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + source);
    return bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from);
}

}  // namespace

int start_connect(const Address& target, unsigned source, int receive_buffer_bytes) {
    const int fd = socket(target.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Before the connect, which offers the window.
    if (receive_buffer_bytes != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    const auto* to = reinterpret_cast<const sockaddr*>(&target.storage);
    if ((source == 0 || bind_source(fd, source) == 0) &&
        (connect(fd, to, target.length) == 0 || errno == EINPROGRESS))
        return fd;
    const int error = errno;
    close(fd);
    return -error;
}

int connect_outcome(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
    return error;
}

std::uint64_t raise_file_limit(std::uint64_t needed) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return needed;
    if (limit.rlim_cur < needed) {
        limit.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    return std::min<std::uint64_t>(limit.rlim_cur, needed);
}

}  // namespace pushbench::loadgen
