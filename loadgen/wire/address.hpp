#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

namespace pushbench::loadgen {

/// Where to connect to.
struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
    std::string text;  ///< for messages: as it was given, or "127.0.0.1:8080", "[::1]:8080"
};

/// Every address of a name, of both families, each once, in the order in which the system would try them.
/// Throws Failure with one line where there is none.
std::vector<Address> resolve_all(const std::string& host, std::uint16_t port);

/// The first address of "127.0.0.1:8080", "localhost:8080", "[::1]:8080". Throws Failure that names `option`
/// and what is wrong.
Address resolve(const std::string& text, const char* option);

std::uint16_t port_of(const Address& address);
/// True for 127.0.0.0/8, where any source address of the same network may be used.
bool is_loopback_v4(const Address& address);

}  // namespace pushbench::loadgen
