#include "loadgen/measure/kernel_memory.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loadgen/measure/socket_buffers.hpp"
#include "loadgen/measure/tcp_info.hpp"
#include "loadgen/wire/socket.hpp"

namespace pushbench::loadgen {
namespace {

constexpr ObjectSizes sizes{3'000, 3'200, 208};

/// With these sockets (of the server, of the clients) and these files in epoll sets.
KernelMemory memory(SocketEnd server, SocketEnd client, std::int64_t server_entries,
                    std::int64_t client_entries) {
    KernelMemory all;
    all.sizes = sizes;
    all.ends = SocketEnds{server, client};
    all.server_entries = server_entries;
    all.client_entries = client_entries;
    return all;
}

TEST(KernelGrowth, IsOfTheSocketsAndEpollEntriesOfEachEnd) {
    const KernelMemory before = memory({2, 0, 50}, {1, 0, 10}, 7, 3);
    const KernelMemory after = memory({102, 0, 1'050}, {101, 0, 410}, 107, 3);
    const KernelGrowth growth = kernel_growth(before, after);
    EXPECT_EQ(growth.server.slab_bytes, 100 * 3'000 + 100 * 208);
    EXPECT_EQ(growth.client.slab_bytes, 100 * 3'000);  // these wait in poll(2)
    EXPECT_EQ(growth.server.buffer_bytes, 1'000);
    EXPECT_EQ(growth.client.buffer_bytes, 400);
    EXPECT_EQ(growth.server_by, KernelBy::objects);
}

TEST(KernelGrowth, KnowsTheLargerSocketsOfIpv6) {
    const KernelGrowth growth =
        kernel_growth(memory({0, 0, 0}, {0, 0, 0}, 0, 0), memory({10, 4, 0}, {10, 0, 0}, 0, 0));
    EXPECT_EQ(growth.server.slab_bytes, 6 * 3'000 + 4 * 3'200);
    EXPECT_EQ(growth.client.slab_bytes, 10 * 3'000);
}

TEST(KernelGrowth, SharesTheEntriesOfTheHostWhereNobodyKnowsTheServersProcesses) {
    KernelMemory before = memory({0, 0, 0}, {0, 0, 0}, 0, 0);
    KernelMemory after = memory({100, 0, 0}, {100, 0, 0}, 0, 0);
    before.server_entries = before.client_entries = after.server_entries = after.client_entries =
        std::nullopt;
    EXPECT_FALSE(kernel_growth(before, after).server.slab_bytes);
    before.host_entries = 1'000;
    after.host_entries = 1'200;
    EXPECT_EQ(kernel_growth(before, after).server.slab_bytes, 100 * 3'000 + 100 * 208);
    EXPECT_EQ(kernel_growth(before, after).client.slab_bytes, 100 * 3'000 + 100 * 208);
}

TEST(KernelGrowth, SaysNothingOfAnEndThatIsElsewhere) {
    const KernelGrowth growth =
        kernel_growth(memory({0, 0, 0}, {1, 0, 0}, 0, 0), memory({100, 0, 30}, {0, 0, 0}, 100, 0));
    EXPECT_EQ(growth.server.slab_bytes, 100 * 3'000 + 100 * 208);
    EXPECT_FALSE(growth.client.slab_bytes);
    EXPECT_FALSE(growth.client.buffer_bytes);
}

TEST(KernelGrowth, KnowsTheBuffersWhereTheSizesMayNotBeRead) {
    KernelMemory before;
    before.ends = SocketEnds{};
    KernelMemory after;
    after.ends = SocketEnds{{1, 0, 7}, {1, 0, 8}};
    const KernelGrowth growth = kernel_growth(before, after);
    EXPECT_FALSE(growth.server.slab_bytes);
    EXPECT_EQ(growth.server.buffer_bytes, 7);
    EXPECT_EQ(growth.server_by, KernelBy::unknown);
    after.ends.reset();
    EXPECT_FALSE(kernel_growth(before, after).server.buffer_bytes);
}

TEST(KernelGrowth, TakesWhatIsChargedToTheServersCgroup) {
    KernelMemory before = memory({0, 0, 0}, {0, 0, 0}, 0, 0);
    KernelMemory after = memory({10, 0, 5}, {10, 0, 5}, 10, 10);
    before.cgroup = CgroupMemory{1'000'000, 700'000, 40'000, 4'096};
    after.cgroup = CgroupMemory{2'000'000, 700'000, 90'000, 8'192};
    const KernelGrowth growth = kernel_growth(before, after);
    EXPECT_EQ(growth.server.slab_bytes, 50'000);
    EXPECT_EQ(growth.server.buffer_bytes, 4'096);
    EXPECT_EQ(growth.server_by, KernelBy::cgroup);
    EXPECT_EQ(growth.client.slab_bytes, 10 * 3'000 + 10 * 208);
    after.cgroup->socket_bytes.reset();  // an older kernel does not say
    EXPECT_EQ(kernel_growth(before, after).server_by, KernelBy::objects);
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
    EXPECT_EQ(ours->server, (SocketEnd{1, 0, 0}));
    EXPECT_EQ(ours->client.sockets, 1);
    EXPECT_GE(ours->client.buffer_bytes, 10'000);
    const auto others = socket_ends(port_of(other.server.address));
    ASSERT_TRUE(others);
    EXPECT_EQ(others->client, (SocketEnd{1, 0, 0}));
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
