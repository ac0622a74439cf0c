#include "fake_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace pushbench::loadgen {

PeerConnection::~PeerConnection() {
    close(fd_);
}

std::string PeerConnection::read_until(std::string_view end) {
    std::string all;
    char buffer[4096];
    while (!std::string_view{all}.ends_with(end) || all.empty()) {
        const auto got = recv(fd_, buffer, sizeof buffer, 0);
        if (got <= 0) return {};
        all.append(buffer, static_cast<std::size_t>(got));
    }
    return all;
}

void PeerConnection::write(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

FakePeer::FakePeer(Script script) : listener_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)bind(listener_, reinterpret_cast<const sockaddr*>(&any), sizeof any);
    listen(listener_, 16);
    thread_ = std::thread{[this, script = std::move(script)] {
        for (int number = 0;; ++number) {
            const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) return;  // the listener was shut down
            const timeval limit{10, 0};
            setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
            PeerConnection connection{fd};
            script(connection, number);
        }
    }};
}

FakePeer::~FakePeer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
}

Address FakePeer::address() const {
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&bound), &length);
    return resolve("127.0.0.1:" + std::to_string(ntohs(bound.sin_port)), "--target");
}

}  // namespace pushbench::loadgen
