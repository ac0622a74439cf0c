#include "loadgen/measure/epoll_entries.hpp"

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <sstream>

namespace pushbench::loadgen {
namespace {

TEST(EpollEntries, AreTheFilesNamedInASetsInfo) {
    std::istringstream info{
        "pos:\t0\nflags:\t02\nmnt_id:\t15\nino:\t1040\n"
        "tfd:        5 events:       19 data:                5  pos:0 ino:61af sdev:7\n"
        "tfd:       12 events:       19 data:               12  pos:0 ino:61b0 sdev:7\n"};
    EXPECT_EQ(entries_of_set(info), 2);
    std::istringstream none;
    EXPECT_EQ(entries_of_set(none), 0);
}

TEST(EpollEntries, RiseWithEachFileThatIsAdded) {
    const std::array ours = {getpid()};
    const auto before = epoll_entries(ours);
    if (!before) GTEST_SKIP() << "this system does not let a process look at its own files";
    const int set = epoll_create1(0);
    std::array files{eventfd(0, 0), eventfd(0, 0), eventfd(0, 0)};
    epoll_event event{};
    for (const int file : files) ASSERT_EQ(epoll_ctl(set, EPOLL_CTL_ADD, file, &event), 0);
    EXPECT_EQ(epoll_entries(ours), *before + 3);
    EXPECT_GE(epoll_entries_of_host(), *before + 3);
    for (const int file : files) close(file);
    close(set);
    EXPECT_EQ(epoll_entries(ours), before);
}

TEST(EpollEntries, OfAProcessThatIsNotThereAreUnknown) {
    const std::array nobody = {pid_t{0x7FFFFFF0}};
    EXPECT_FALSE(epoll_entries(nobody));
}

}  // namespace
}  // namespace pushbench::loadgen
