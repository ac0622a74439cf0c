#include "loadgen/wire/channel.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>

#include "fake_peer.hpp"
#include "wire/driver.hpp"

namespace pushbench::loadgen {
namespace {

static_assert(sizeof(Channel) <= 16, "each of ten thousand connections has one");

TEST(Channel, PlainReadsAndWrites) {
    FakePeer peer{[](PeerConnection& connection, int) {
        connection.read_until("\n");
        connection.write("hello");
    }};
    Driver client{peer.address()};
    EXPECT_EQ(client.channel().handshake(), Io::done);
    EXPECT_EQ(client.channel().tls(), nullptr);
    char buffer[64];
    EXPECT_EQ(client.channel().read(buffer, sizeof buffer).state, Io::want_read);
    client.write("hi\n");
    EXPECT_EQ(client.read(3), "hel");
    EXPECT_TRUE(client.last().more) << "the buffer was full";
    EXPECT_EQ(client.read(2), "lo");
    EXPECT_LT(client.last().waited_ns, 0) << "nobody asked for stamps";
    EXPECT_EQ(client.end(), Io::closed);
    EXPECT_EQ(client.channel().describe(client.last()), "the server closed the connection");
}

TEST(Channel, SaysWhatFailed) {
    FakePeer peer{[](PeerConnection& connection, int) {
        const linger at_once{1, 0};  // a close is then a reset
        setsockopt(connection.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }};
    Driver client{peer.address()};
    EXPECT_EQ(client.end(), Io::failed);
    EXPECT_EQ(client.last().error, ECONNRESET);
    EXPECT_EQ(client.channel().describe(client.last()), "Connection reset by peer");
    EXPECT_EQ(client.channel().write("x").state, Io::failed) << "and no signal";
}

TEST(Channel, WaitsWhereThePeerTakesNoMore) {
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    Channel channel{pair[0]};
    const Channel other{pair[1]};
    const std::string much(1 << 20, 'x');
    IoResult sent;
    do {
        sent = channel.write(much);
    } while (sent.state == Io::done);
    EXPECT_EQ(sent.state, Io::want_write);
}

TEST(Channel, StampsTellHowLongBytesWaited) {
    FakePeer peer{[](PeerConnection& connection, int) {
        while (!connection.read_until("\n").empty()) connection.write("x");
    }};
    Driver client{peer.address()};
    ASSERT_TRUE(client.channel().stamp_reads());
    // The kernel begins to stamp some time after the first socket asked for it, when a thread of its own gets
    // to it.
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (client.last().waited_ns < 0 && std::chrono::steady_clock::now() < limit) {
        client.write("\n");
        EXPECT_EQ(client.read(1), "x");
    }
    // Of the time itself nothing can be asserted, but that it is one of this connection.
    EXPECT_GE(client.last().waited_ns, 0);
    EXPECT_LT(client.last().waited_ns, 60'000'000'000);
    char byte = 0;
    EXPECT_EQ(client.channel().read(&byte, 1).state, Io::want_read);
}

TEST(Channel, ClosesWhatItHeld) {
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    const Channel other{pair[1]};
    {
        Channel first{pair[0]};
        Channel second{std::move(first)};
        EXPECT_FALSE(first.is_open());  // NOLINT(bugprone-use-after-move): that it is empty is the point
        EXPECT_EQ(second.fd(), pair[0]);
        first = std::move(second);
        EXPECT_EQ(first.fd(), pair[0]);
    }
    EXPECT_EQ(fcntl(pair[0], F_GETFD), -1);
}

}  // namespace
}  // namespace pushbench::loadgen
