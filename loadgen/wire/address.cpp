#include "loadgen/wire/address.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>

#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {
namespace {

std::string numeric(const addrinfo& found) {
    char host[NI_MAXHOST] = "";
    char port[NI_MAXSERV] = "";
    getnameinfo(found.ai_addr, found.ai_addrlen, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    const std::string name = found.ai_family == AF_INET6 ? '[' + std::string{host} + ']' : std::string{host};
    return name + ':' + port;
}

}  // namespace

std::vector<Address> resolve_all(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) throw Failure("'" + host + "': no such host: " + gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, freeaddrinfo};
    std::vector<Address> all;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
        Address address;
        std::memcpy(&address.storage, one->ai_addr, one->ai_addrlen);
        address.length = one->ai_addrlen;
        address.text = numeric(*one);
        const bool repeated = std::any_of(all.begin(), all.end(), [&](const Address& other) {
            return other.text == address.text;  // /etc/hosts may name one twice
        });
        if (!repeated) all.push_back(std::move(address));
    }
    if (all.empty()) throw Failure("'" + host + "': no such host: it has no IP address");
    return all;
}

Address resolve(const std::string& text, const char* option) {
    try {
        const Url url = parse_url(text);
        if (!url.scheme.empty()) throw Failure("'" + text + "' is not HOST:PORT, for example 127.0.0.1:8080");
        Address address = resolve_all(url.host, url.port).front();
        address.text = text;
        return address;
    } catch (const Failure& failure) {
        throw Failure(std::string{option} + " " + failure.what());
    }
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

}  // namespace pushbench::loadgen
