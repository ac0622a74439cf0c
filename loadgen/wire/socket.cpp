#include "loadgen/wire/socket.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <memory>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

bool split(const std::string& text, std::string& host, std::string& port) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return false;
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string::npos)
        return false;
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc{} && end == port.data() + port.size() && number >= 1 && number <= 65535;
}

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

Address resolve(const std::string& text, const char* option) {
    std::string host;
    std::string port;
    if (!split(text, host, port))
        throw Failure(std::string{option} + " '" + text + "' is not HOST:PORT, for example 127.0.0.1:8080");
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    if (error != 0)
        throw Failure(std::string{option} + " '" + text + "': no such host: " + gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};
    Address address;
    std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
    address.length = found->ai_addrlen;
    address.text = text;
    return address;
}

std::uint16_t port_of(const Address& address) {
    std::uint16_t port = 0;  // at the same place in both families
    static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));
    std::memcpy(&port, reinterpret_cast<const char*>(&address.storage) + offsetof(sockaddr_in, sin_port),
                sizeof port);
    return ntohs(port);
}

bool is_loopback_v4(const Address& address) {
    if (address.storage.ss_family != AF_INET) return false;
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof v4);
    return ntohl(v4.sin_addr.s_addr) >> 24U == 127;
}

int start_connect(const Address& target, unsigned source) {
    const int fd = socket(target.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
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
