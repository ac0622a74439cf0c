#include "loadgen/measure/kernel_memory.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sstream>

#include "loadgen/measure/socket_buffers.hpp"
#include "loadgen/measure/tcp_info.hpp"
#include "loadgen/wire/socket.hpp"

namespace pushbench::loadgen {
namespace {

TEST(KernelMemory, CountsWhatOnlySocketsUseAndTheFileOfEach) {
    const std::string sockets =
        "slabinfo - version: 2.1\n"
        "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>\n"
        "TCP                   10     26   2368   13    8 : tunables    0    0    0\n"
        "sock_inode_cache      11     26    832   13    8 : tunables    0    0    0\n"
        "eventpoll_epi         20     32    128   16    1 : tunables    0    0    0\n";
    const auto with = [&](const std::string& more) {
        std::istringstream slabinfo{sockets + more};
        return slab_bytes(slabinfo);
    };
    const std::int64_t own = 10 * 2368 + 11 * 832 + 20 * 128;
    EXPECT_EQ(with(""), own);
    EXPECT_EQ(with("filp 600 700 192 1\nlsm_inode_cache 100000 100000 32 1\n"), own + 11 * (192 + 32));
    // Somebody else reads a tree of files, or stops: nothing changes.
    EXPECT_EQ(with("dentry 150000 150000 192 1\n"), with("dentry 20 20 192 1\n"));
    EXPECT_EQ(with("kmalloc-64 9000 9000 64 1\nskbuff_head_cache 400 400 256 1\n"), own);
}

TEST(KernelMemory, SaysNothingWhereNothingMayBeRead) {
    std::istringstream empty;
    EXPECT_FALSE(slab_bytes(empty));
}

TEST(KernelGrowth, GivesEachEndItsSocketsShareOfTheSlab) {
    const KernelMemory before{100'000, SocketEnds{{2, 50}, {1, 10}}};
    const KernelMemory after{500'000, SocketEnds{{102, 1'050}, {101, 410}}};
    const KernelGrowth growth = kernel_growth(before, after);
    EXPECT_EQ(growth.server.slab_bytes, 200'000);
    EXPECT_EQ(growth.client.slab_bytes, 200'000);
    EXPECT_EQ(growth.server.buffer_bytes, 1'000);
    EXPECT_EQ(growth.client.buffer_bytes, 400);
}

TEST(KernelGrowth, SaysNothingOfAnEndThatIsElsewhere) {
    const KernelMemory before{100'000, SocketEnds{{0, 0}, {1, 0}}};
    const KernelMemory after{500'000, SocketEnds{{100, 30}, {0, 0}}};
    const KernelGrowth growth = kernel_growth(before, after);
    EXPECT_EQ(growth.server.slab_bytes, 400'000);
    EXPECT_FALSE(growth.client.slab_bytes);
    EXPECT_FALSE(growth.client.buffer_bytes);
}

TEST(KernelGrowth, KnowsTheBuffersWhereTheSlabMayNotBeRead) {
    const KernelGrowth growth = kernel_growth({std::nullopt, SocketEnds{}}, {5, SocketEnds{{1, 7}, {1, 8}}});
    EXPECT_FALSE(growth.server.slab_bytes);
    EXPECT_EQ(growth.server.buffer_bytes, 7);
    EXPECT_FALSE(kernel_growth({5, std::nullopt}, {9, SocketEnds{}}).server.slab_bytes);
}

/// A connection whose bytes are counted on both ends.
struct Pair {
    Pair() {
        server.start();
        client = start_connect(server.address, 0);
        pollfd writable{client, POLLOUT, 0};
        poll(&writable, 1, 5'000);
        accepted = accept(server.fd, nullptr, nullptr);
    }
    ~Pair() {
        close(client);
        close(accepted);
        close(server.fd);
    }
    struct Server {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        Address address;
        void start() {
            sockaddr_in any{};
            any.sin_family = AF_INET;
            any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            (void)bind(fd, reinterpret_cast<const sockaddr*>(&any), sizeof any);
            listen(fd, 1);
            address.length = sizeof address.storage;
            getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.length);
        }
    } server;
    int client = -1;
    int accepted = -1;
};

TEST(SocketEnds, CountWhatLiesUnreadAtTheEndWhereItLies) {
    const Pair pair;
    const Pair other;
    const std::string bytes(10'000, 'x');
    ASSERT_EQ(send(pair.accepted, bytes.data(), bytes.size(), 0), 10'000);
    const auto ours = socket_ends(port_of(pair.server.address));
    if (!ours) GTEST_SKIP() << "this kernel has no sock_diag";
    EXPECT_EQ(ours->server, (SocketEnd{1, 0}));
    EXPECT_EQ(ours->client.sockets, 1);
    EXPECT_GE(ours->client.buffer_bytes, 10'000);
    const auto others = socket_ends(port_of(other.server.address));
    ASSERT_TRUE(others);
    EXPECT_EQ(others->client, (SocketEnd{1, 0}));
}

TEST(WireCounts, CountPayloadOnceInEachDirection) {
    const Pair pair;
    const WireCounts before = wire_counts(pair.client);
    char buffer[400];
    ASSERT_EQ(send(pair.client, buffer, 100, 0), 100);
    ASSERT_EQ(recv(pair.accepted, buffer, 100, MSG_WAITALL), 100);
    ASSERT_EQ(send(pair.accepted, buffer, 400, 0), 400);
    ASSERT_EQ(recv(pair.client, buffer, 400, MSG_WAITALL), 400);
    const WireCounts used = wire_counts(pair.client) - before;
    EXPECT_EQ(used.bytes_out, 100U);
    EXPECT_EQ(used.bytes_in, 400U);
    EXPECT_GE(used.segments_in, 1U);
    EXPECT_GE(used.segments_out, 1U);
}

}  // namespace
}  // namespace pushbench::loadgen
