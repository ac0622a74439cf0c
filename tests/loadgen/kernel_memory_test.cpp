#include "loadgen/measure/kernel_memory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <sstream>

#include "loadgen/measure/process.hpp"

namespace pushbench::loadgen {
namespace {

TEST(KernelMemory, AddsUpTheCachesOfSockets) {
    std::istringstream slabinfo{
        "slabinfo - version: 2.1\n"
        "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>\n"
        "TCP                   10     26   2368   13    8 : tunables    0    0    0\n"
        "ext4_inode_cache    5000   5000   1000   13    8 : tunables    0    0    0\n"
        "skbuff_head_cache    100    400    256   16    1 : tunables    0    0    0\n"
        "kmalloc-rcl-64      1000   1000     64   16    1 : tunables    0    0    0\n"
        "kmalloc-64            10     10     64   16    1 : tunables    0    0    0\n"};
    EXPECT_EQ(slab_bytes(slabinfo), 10 * 2368 + 100 * 256 + 640);
}

TEST(KernelMemory, SaysNothingWhereNothingMayBeRead) {
    std::istringstream empty;
    EXPECT_FALSE(slab_bytes(empty));
    EXPECT_FALSE(socket_buffer_bytes(empty, 4096));
}

TEST(KernelMemory, ReadsPagesOfSocketBuffers) {
    std::istringstream sockstat{
        "sockets: used 13\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 7\nUDP: inuse 0 mem 3\n"};
    EXPECT_EQ(socket_buffer_bytes(sockstat, 4096), 7 * 4096);
}

TEST(Process, TellsOfThisOne) {
    const auto times = process_times(getpid());
    ASSERT_TRUE(times);
    EXPECT_GT(times->cpu_ns, 0);
    EXPECT_GT(process_pss_bytes(getpid()).value_or(0), 100'000);
    EXPECT_TRUE(process_runs(getpid()));
    EXPECT_FALSE(process_times(0x7FFFFFF0));
    EXPECT_FALSE(process_runs(0x7FFFFFF0));
}

}  // namespace
}  // namespace pushbench::loadgen
