#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <utility>

namespace pushbench {

/// A connection that never blocks, both ends of it at hand. Whoever takes the near one closes it.
struct SocketPair {
    SocketPair() {
        std::array<int, 2> ends{-1, -1};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
        near = ends[0];
        far = ends[1];
    }
    ~SocketPair() { close_far(); }
    SocketPair(const SocketPair&) = delete;
    SocketPair& operator=(const SocketPair&) = delete;

    void close_far() {
        if (far >= 0) ::close(std::exchange(far, -1));
    }
    /// Takes all that has come to the far end. How many bytes that was.
    std::size_t drain_far() const {
        std::array<char, 65536> buffer;
        std::size_t bytes = 0;
        for (ssize_t n = 0; (n = ::recv(far, buffer.data(), buffer.size(), 0)) > 0;)
            bytes += static_cast<std::size_t>(n);
        return bytes;
    }

    int near = -1;
    int far = -1;
};

}  // namespace pushbench
