#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

namespace pushbench::loadgen {

/// Where to connect to.
struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
    std::string text;  ///< as it was given: "127.0.0.1:8080"
};

/// "127.0.0.1:8080", "localhost:8080", "[::1]:8080". Throws Failure that names `option` and what is wrong.
Address resolve(const std::string& text, const char* option);

/// True for 127.0.0.0/8, where any source address of the same network may be used.
std::uint16_t port_of(const Address& address);
bool is_loopback_v4(const Address& address);

/// A non-blocking TCP socket on its way to `target`, from 127.0.0.`source` if that is not 0. The descriptor,
/// or minus the error number.
int start_connect(const Address& target, unsigned source);

/// The outcome of a connect, once the socket is writable: 0 or an error number.
int connect_outcome(int fd);

/// Raises the soft limit of open files to what is needed, and tells what is to be had: needed or less.
std::uint64_t raise_file_limit(std::uint64_t needed);

}  // namespace pushbench::loadgen
