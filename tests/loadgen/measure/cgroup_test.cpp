#include "loadgen/measure/cgroup.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace pushbench::loadgen {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

/// A folder with the files that a cgroup has.
class CgroupFolder {
 public:
    CgroupFolder() { fs::create_directories(path); }
    ~CgroupFolder() { fs::remove_all(path); }
    CgroupFolder(const CgroupFolder&) = delete;
    CgroupFolder& operator=(const CgroupFolder&) = delete;

    void write(const std::string& file, const std::string& text) const {
        fs::create_directories((path / file).parent_path());
        std::ofstream{path / file} << text;
    }
    const fs::path path = fs::temp_directory_path() / ("pushbench-cgroup-" + std::to_string(getpid()));
};

TEST(Cgroup, CountsCpuTimeInNanoseconds) {
    std::istringstream text{"usage_usec 1500\nuser_usec 1000\nsystem_usec 500\nnice_usec 0\nnr_periods 7\n"};
    const auto times = parse_cpu_stat(text);
    ASSERT_TRUE(times);
    EXPECT_EQ(times->cpu_ns, 1'500'000);
    EXPECT_EQ(times->user_ns, 1'000'000);
    EXPECT_EQ(times->system_ns, 500'000);
    std::istringstream version_1{"nr_periods 0\nnr_throttled 0\n"};
    EXPECT_FALSE(parse_cpu_stat(version_1));
}

TEST(Cgroup, IsFoundWhereItCountsCpuTime) {
    const CgroupFolder folder;
    EXPECT_EQ(find_cgroup(folder.path), "");
    folder.write("cpu.stat", "usage_usec 1\n");
    EXPECT_EQ(find_cgroup(folder.path), folder.path);
    EXPECT_EQ(find_cgroup(""), "");
}

TEST(Cgroup, SaysOfItsMemoryWhatTheKernelSays) {
    const CgroupFolder folder;
    EXPECT_FALSE(cgroup_memory(folder.path));  // the memory controller is not on
    folder.write("memory.current", "5000000\n");
    folder.write("memory.stat", "anon 3000000\nfile 900000\nkernel 400000\nsock 4096\nslab 300000\n");
    const auto memory = cgroup_memory(folder.path);
    ASSERT_TRUE(memory);
    EXPECT_EQ(memory->all_bytes, 5'000'000);
    EXPECT_EQ(memory->anonymous_bytes, 3'000'000);
    EXPECT_EQ(memory->slab_bytes, 300'000);
    EXPECT_EQ(memory->socket_bytes, 4'096);
    folder.write("memory.stat", "anon 3000000\n");
    EXPECT_FALSE(cgroup_memory(folder.path)->socket_bytes);
}

TEST(Cgroup, HoldsTheProcessesOfThoseBelowIt) {
    const CgroupFolder folder;
    EXPECT_THAT(cgroup_processes(folder.path), IsEmpty());
    folder.write("cgroup.procs", "10\n11\n");
    folder.write("workers/cgroup.procs", "12\n");
    folder.write("workers/idle/cgroup.procs", "");
    EXPECT_THAT(cgroup_processes(folder.path), UnorderedElementsAre(10, 11, 12));
}

}  // namespace
}  // namespace pushbench::loadgen
