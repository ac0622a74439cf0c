#include "loadgen/measure/object_sizes.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace pushbench::loadgen {
namespace {

const std::string sockets =
    "slabinfo - version: 2.1\n"
    "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>\n"
    "TCPv6                 10     26   2496   13    8 : tunables    0    0    0\n"
    "TCP                   10     26   2368   13    8 : tunables    0    0    0\n"
    "sock_inode_cache      11     26    832   13    8 : tunables    0    0    0\n"
    "filp                 900    900    192   21    1 : tunables    0    0    0\n"
    "dentry            150000 150000    192   21    1 : tunables    0    0    0\n"
    "eventpoll_epi         20     32    128   16    1 : tunables    0    0    0\n";

std::optional<ObjectSizes> of(const std::string& text) {
    std::istringstream slabinfo{text};
    return sizes_from_slabinfo(slabinfo);
}

TEST(ObjectSizes, AreThoseOfASocketWithItsFileAndOfAnEpollEntry) {
    constexpr std::int64_t file = 832 + 192 + 192;
    EXPECT_EQ(of(sockets + "eventpoll_pwq 1 1 64 64 1\n"), (ObjectSizes{2368 + file, 2496 + file, 128 + 64}));
    EXPECT_EQ(of(sockets + "eventpoll_pwq 1 1 64 64 1\nep_head 1 1 16 256 1\nlsm_inode_cache 1 1 32 128 1\n"),
              (ObjectSizes{2368 + file + 32, 2496 + file + 32, 128 + 64 + 16}));
}

TEST(ObjectSizes, AreUnknownWhereACacheIsHiddenBehindAnothersName) {
    EXPECT_FALSE(of(sockets));  // eventpoll_pwq is merged into a cache of another name
    EXPECT_FALSE(of(""));
}

TEST(ObjectSizes, FindACacheByEachOfItsNames) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("pushbench-slab-" + std::to_string(getpid()));
    const auto cache = [&](const std::string& name, int bytes) {
        std::filesystem::create_directories(folder / name);
        std::ofstream{folder / name / "slab_size"} << bytes << '\n';
    };
    for (const char* name : {"TCP", "TCPv6", "sock_inode_cache", "filp", "dentry"}) cache(name, 100);
    cache(":A-0000128", 128);
    std::filesystem::create_symlink(":A-0000128", folder / "eventpoll_epi");
    EXPECT_FALSE(sizes_from_folder(folder));
    std::filesystem::create_symlink(":A-0000128", folder / "eventpoll_pwq");
    EXPECT_EQ(sizes_from_folder(folder), (ObjectSizes{400, 400, 256}));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pushbench::loadgen
