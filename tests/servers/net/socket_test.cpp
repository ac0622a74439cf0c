// A socket and its poller, over a pair of connected sockets.
#include "net/socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <functional>
#include <optional>
#include <string>

#include "servers/net/fake_calls.hpp"
#include "servers/net/socket_pair.hpp"

namespace pushbench {
namespace {

struct Owner final : Pollable {
    void on_events(std::uint32_t events) override {
        ++told;
        socket->note(events);
        if (then) then();
    }
    Socket* socket = nullptr;
    int told = 0;
    std::function<void()> then;
};

class SocketTest : public ::testing::Test {
 protected:
    explicit SocketTest(const SocketCalls& calls = kKernelCalls) : poller(io, calls) {
        socket.emplace(ends.near);
        owner.socket = &*socket;
        EXPECT_TRUE(socket->watch(poller, owner));
        io.poll();  // it can be written from the start, and that is told
    }
    void peer_says(std::string_view text) {
        EXPECT_EQ(::send(ends.far, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        io.poll();
    }
    std::string read() {
        std::array<char, 8> buffer{};
        const IoResult got = socket->read_some(buffer);
        return got.state == Io::closed ? "closed" : std::string{buffer.data(), got.bytes};
    }
    /// Until the kernel takes no more.
    std::size_t fill() {
        const std::string much(1 << 20, 'x');
        std::size_t bytes = 0;
        while (!socket->blocked()) bytes += socket->write_some(much).bytes;
        return bytes;
    }

    SocketPair ends;
    boost::asio::io_context io{1};
    Poller poller;
    Owner owner;
    std::optional<Socket> socket;
};

TEST_F(SocketTest, KnowsWhetherThereMayBeMore) {
    EXPECT_FALSE(socket->readable());
    peer_says("twelve bytes");
    EXPECT_TRUE(socket->readable());
    EXPECT_EQ(read(), "twelve b");
    EXPECT_TRUE(socket->readable()) << "as much as was asked for: more may be there";
    EXPECT_EQ(read(), "ytes");
    EXPECT_FALSE(socket->readable()) << "less than was asked for: that was all";
}

TEST_F(SocketTest, SeesTheEndBehindTheLastBytes) {
    EXPECT_EQ(::send(ends.far, "bye", 3, 0), 3);
    ends.close_far();
    io.poll();
    EXPECT_EQ(read(), "bye");
    EXPECT_TRUE(socket->readable()) << "no edge comes for an end that was told of already";
    EXPECT_EQ(read(), "closed");
}

TEST_F(SocketTest, IsBlockedUntilThereIsRoom) {
    const std::size_t taken = fill();
    EXPECT_TRUE(socket->blocked());
    EXPECT_EQ(socket->write_some("more").state, Io::would_block);
    io.poll();
    EXPECT_TRUE(socket->blocked());
    EXPECT_EQ(ends.drain_far(), taken);
    io.poll();
    EXPECT_FALSE(socket->blocked());
    EXPECT_EQ(socket->write_some("more").bytes, 4U);
}

TEST_F(SocketTest, GathersPieces) {
    std::string one = "one";
    std::string two = "two";
    std::array<iovec, 2> pieces{{{one.data(), 3}, {two.data(), 3}}};
    EXPECT_EQ(socket->write_some(pieces, 6).bytes, 6U);
    std::array<char, 16> buffer{};
    EXPECT_EQ(::recv(ends.far, buffer.data(), buffer.size(), 0), 6);
    EXPECT_STREQ(buffer.data(), "onetwo");
}

TEST_F(SocketTest, TellsAnErrorFromAFullBuffer) {
    ends.close_far();
    EXPECT_EQ(socket->write_some("x").state, Io::closed);
}

TEST_F(SocketTest, TellsTheNewOwnerAfterAHandOver) {
    Owner next;
    next.socket = &*socket;
    socket->hand_over(next);
    const int before = owner.told;
    peer_says("x");
    EXPECT_EQ(owner.told, before);
    EXPECT_EQ(next.told, 1);
}

TEST_F(SocketTest, TellsAgainOnlyWhenAsked) {
    peer_says("x");
    const int before = owner.told;
    io.poll();
    EXPECT_EQ(owner.told, before) << "by edges: once";
    socket->ask_again();
    io.poll();
    EXPECT_EQ(owner.told, before + 1);
}

// Two are ready; the first to be told closes the other.
TEST_F(SocketTest, OneThatClosedIsToldNothingMore) {
    SocketPair other_ends;
    Socket other{other_ends.near};
    Owner other_owner;
    other_owner.socket = &other;
    ASSERT_TRUE(other.watch(poller, other_owner));
    io.poll();
    owner.told = other_owner.told = 0;
    owner.then = [&] { other.close(); };
    other_owner.then = [&] { socket->close(); };
    EXPECT_EQ(::send(ends.far, "x", 1, 0), 1);
    EXPECT_EQ(::send(other_ends.far, "x", 1, 0), 1);
    io.poll();
    EXPECT_EQ(owner.told + other_owner.told, 1);
}

TEST_F(SocketTest, ReleasedIsWatchedByNobody) {
    const int before = owner.told;
    const int fd = socket->release();
    EXPECT_FALSE(socket->is_open());
    peer_says("x");
    EXPECT_EQ(owner.told, before);
    ::close(fd);
}

/// The same over calls that go as the test says.
class SocketCallsTest : public SocketTest {
 protected:
    SocketCallsTest() : SocketTest(FakeCalls::table()) {}

    FakeCalls calls;
};

TEST_F(SocketCallsTest, AShortWriteBlocksItAndSoDoesNone) {
    calls.sends = {FakeCalls::bytes(3), FakeCalls::fails(EAGAIN)};
    EXPECT_EQ(socket->write_some("whole").bytes, 3U);
    EXPECT_TRUE(socket->blocked());
    const IoResult none = socket->write_some("le");
    EXPECT_EQ(none.state, Io::would_block);
    EXPECT_EQ(none.bytes, 0U);
    EXPECT_TRUE(socket->blocked());
    EXPECT_EQ(socket->write_some("le").state, Io::done);
    EXPECT_FALSE(socket->blocked());
    EXPECT_EQ(calls.sent, "whole");
}

TEST_F(SocketCallsTest, ASignalIsNoEnd) {
    calls.sends = {FakeCalls::fails(EINTR), FakeCalls::fails(EINTR), FakeCalls::bytes(2)};
    EXPECT_EQ(socket->write_some("ab").bytes, 2U);
    EXPECT_EQ(calls.send_calls, 3);
    calls.to_receive = "cd";
    calls.receives = {FakeCalls::fails(EINTR)};
    std::array<char, 8> buffer{};
    EXPECT_EQ(socket->read_some(buffer).bytes, 2U);
}

TEST_F(SocketCallsTest, AnErrorIsTheEndEitherWay) {
    for (const int error : {ECONNRESET, EPIPE, ETIMEDOUT}) {
        calls.sends = {FakeCalls::fails(error)};
        calls.receives = {FakeCalls::fails(error)};
        std::array<char, 8> buffer{};
        EXPECT_EQ(socket->write_some("x").state, Io::closed);
        EXPECT_EQ(socket->read_some(buffer).state, Io::closed);
    }
    calls.receives = {FakeCalls::bytes(0)};
    std::array<char, 8> buffer{};
    EXPECT_EQ(socket->read_some(buffer).state, Io::closed);
    socket->shutdown_send();
    EXPECT_TRUE(calls.ended);
}

TEST_F(SocketCallsTest, PiecesAreCutAnywhere) {
    std::string one = "one";
    std::string two = "two";
    for (std::size_t cut = 0; cut <= 6; ++cut) {
        std::array<iovec, 2> pieces{{{one.data(), 3}, {two.data(), 3}}};
        calls.sends = {FakeCalls::bytes(cut)};
        EXPECT_EQ(socket->write_some(pieces, 6).bytes, cut);
        EXPECT_EQ(socket->blocked(), cut < 6);
    }
}

}  // namespace
}  // namespace pushbench
