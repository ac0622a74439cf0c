#include "loadgen/measure/socket_buffers.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace pushbench::loadgen {
namespace {

struct Request {
    nlmsghdr header;
    inet_diag_req_v2 query;
};

/// Adds the socket that one message tells of to its end, if it is one of ours.
void add_socket(const nlmsghdr& header, std::uint16_t port, SocketEnds& ends) {
    const auto* socket = static_cast<const inet_diag_msg*>(NLMSG_DATA(&header));
    const bool of_server = ntohs(socket->id.idiag_sport) == port;
    if (!of_server && ntohs(socket->id.idiag_dport) != port) return;
    SocketEnd& end = of_server ? ends.server : ends.client;
    auto left = static_cast<int>(header.nlmsg_len - NLMSG_LENGTH(sizeof *socket));
    const auto* attribute = reinterpret_cast<const rtattr*>(socket + 1);
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        if (attribute->rta_type != INET_DIAG_SKMEMINFO) continue;
        std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
        std::memcpy(memory.data(), RTA_DATA(attribute),
                    std::min<std::size_t>(sizeof memory, RTA_PAYLOAD(attribute)));
        ++end.sockets;
        end.sockets_v6 += socket->idiag_family == AF_INET6 ? 1 : 0;
        end.buffer_bytes += std::int64_t{memory[SK_MEMINFO_RMEM_ALLOC]} + memory[SK_MEMINFO_WMEM_QUEUED] +
                            memory[SK_MEMINFO_FWD_ALLOC] + memory[SK_MEMINFO_OPTMEM];
        return;
    }
}

/// All messages of one answer, which comes in many parts. False where it breaks off.
bool read_answer(int fd, std::uint16_t port, SocketEnds& ends) {
    alignas(nlmsghdr) std::array<char, 32 * 1024> buffer;
    while (true) {
        const auto got = recv(fd, buffer.data(), buffer.size(), 0);
        if (got <= 0) return false;
        auto left = static_cast<unsigned>(got);
        const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data());
        for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_type == NLMSG_DONE) return true;
            if (header->nlmsg_type == NLMSG_ERROR) return false;
            add_socket(*header, port, ends);
        }
    }
}

constexpr std::uint32_t established_and_closing =
    0xFFFU & ~(1U << 6U) & ~(1U << 10U);                    // no TIME_WAIT, LISTEN
constexpr std::uint32_t open_states = 1U << 1U | 1U << 8U;  // ESTABLISHED, CLOSE_WAIT

bool add_family(int fd, std::uint8_t family, std::uint16_t port, std::uint32_t states, SocketEnds& ends) {
    Request request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.query.sdiag_family = family;
    request.query.sdiag_protocol = IPPROTO_TCP;
    request.query.idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1U);
    request.query.idiag_states = states;
    return send(fd, &request, sizeof request, 0) == sizeof request && read_answer(fd, port, ends);
}

std::optional<SocketEnds> ends_in(std::uint16_t port, std::uint32_t states) {
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) return std::nullopt;
    SocketEnds ends;
    const bool told =
        add_family(fd, AF_INET, port, states, ends) && add_family(fd, AF_INET6, port, states, ends);
    close(fd);
    if (!told) return std::nullopt;
    return ends;
}

}  // namespace

std::optional<SocketEnds> socket_ends(std::uint16_t port) {
    return ends_in(port, established_and_closing);
}

std::optional<std::int64_t> open_connections(std::uint16_t port) {
    const auto ends = ends_in(port, open_states);
    return ends ? std::optional{ends->server.sockets} : std::nullopt;
}

}  // namespace pushbench::loadgen
