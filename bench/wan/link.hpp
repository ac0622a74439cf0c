#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bench/wan/delay_line.hpp"

namespace pushbench::wan {

/// A whole network: both directions, and how much each of them may hold of one connection.
struct Network {
    Way up, down;
    std::size_t most_bytes = 128 * 1024;

    [[nodiscard]] std::int64_t round_trip_ns() const { return up.delay_ns + down.delay_ns; }
};

/// Where bytes lie between a read and a line: one is enough for all links of a thread.
using Buffer = std::array<char, 64 * 1024>;

/// One client's connection and the one that was opened for it to the server. Owns both sockets, which never
/// block.
///
/// A client of loopback is connected before it has sent anything; over a network that takes it a round trip.
/// So its first bytes are held for one round trip more, and those of a server that speaks first until it
/// would have been connected.
class Link {
 public:
    Link(const Network& network, int client, int server, std::int64_t accepted_ns);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    /// Has the kernel write down when something comes, for this socket and those that it accepts: what then
    /// waits until the relay reads it is a part of the delay, and not on top of it.
    static void stamp_arrivals(int fd);

    /// Moves all that can move at present. Call it after every event of either socket, and when next_ns() is
    /// over.
    void move(Buffer& buffer, Lateness& late);
    [[nodiscard]] std::int64_t next_ns() const;
    /// Both directions have ended, or one by a reset: there is nothing left to do.
    [[nodiscard]] bool over() const { return reset_ || (up_.ended && down_.ended); }

    std::int64_t queued_ns = DelayLine::kNever;  ///< for whoever keeps the time

 private:
    struct Pipe {
        int from, to;
        DelayLine line;
        bool open = true;    // its sender may still say something
        bool ended = false;  // the receiver was told of the end
    };
    static void read(Pipe& pipe, Buffer& buffer);
    void write(Pipe& pipe, Lateness& late);
    void pass_on_ending(Pipe& pipe);

    Pipe up_, down_;
    bool reset_ = false;
};

}  // namespace pushbench::wan
