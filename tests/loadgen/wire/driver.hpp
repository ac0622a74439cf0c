#pragma once

#include <poll.h>

#include <string>

#include "loadgen/wire/channel.hpp"
#include "loadgen/wire/socket.hpp"
#include "loadgen/wire/tls.hpp"

namespace pushbench::loadgen {

/// What a Link does with its channel, one step after the other, for a test. Each wait is bounded by ten
/// seconds.
class Driver {
 public:
    /// Connects, plain.
    explicit Driver(const Address& address) : channel_{start_connect(address, 0)} { wait(POLLOUT); }
    /// Connects, and shakes hands as far as that goes; see handshake().
    Driver(const Address& address, TlsContext& context, const std::string& host = "localhost",
           Resume resume = Resume::no) {
        const int fd = start_connect(address, 0);
        channel_ = Channel{fd, context.start(fd, host, resume)};
        wait(POLLOUT);
        handshake_ = channel_.handshake();
        while (!is_over(handshake_) && handshake_ != Io::done) {
            wait(handshake_ == Io::want_read ? POLLIN : POLLOUT);
            handshake_ = channel_.handshake();
        }
    }

    Channel& channel() { return channel_; }
    [[nodiscard]] Io handshake() const { return handshake_; }
    [[nodiscard]] std::string trouble() const { return channel_.describe({.state = handshake_}); }

    /// Reads until so many bytes are there, or until the end, which is then in `last()`.
    std::string read(std::size_t bytes) {
        std::string all;
        while (all.size() < bytes) {
            char buffer[64 * 1024];
            last_ = channel_.read(buffer, std::min(sizeof buffer, bytes - all.size()));
            if (is_over(last_.state)) break;
            if (last_.state == Io::done)
                all.append(buffer, last_.bytes);
            else if (!wait(last_.state == Io::want_read ? POLLIN : POLLOUT))
                break;
        }
        return all;
    }
    void write(std::string bytes) {
        while (!bytes.empty()) {
            last_ = channel_.write(bytes);
            if (is_over(last_.state)) return;
            if (last_.state != Io::done && !wait(POLLOUT)) return;
            bytes = bytes.substr(last_.bytes);  // elsewhere in memory, as a Link's unsent bytes may be
        }
    }
    /// How the connection ends: reads on until it does.
    Io end() {
        read(SIZE_MAX);
        return last_.state;
    }
    [[nodiscard]] const IoResult& last() const { return last_; }
    bool wait(short events) {
        pollfd waited{channel_.fd(), events, 0};
        return poll(&waited, 1, 10'000) == 1;
    }

 private:
    Channel channel_;
    Io handshake_ = Io::done;
    IoResult last_;
};

}  // namespace pushbench::loadgen
