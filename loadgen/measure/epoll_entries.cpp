#include "loadgen/measure/epoll_entries.hpp"

#include <dirent.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace pushbench::loadgen {
namespace {

bool is_epoll_set(const std::string& file) {
    char target[64];
    const auto length = readlink(file.c_str(), target, sizeof target);
    return length > 0 &&
           std::string_view{target, static_cast<std::size_t>(length)} == "anon_inode:[eventpoll]";
}

std::optional<std::int64_t> entries_of(const std::string& process) {
    DIR* folder = opendir((process + "/fd").c_str());
    if (folder == nullptr) return std::nullopt;
    std::int64_t sum = 0;
    while (const dirent* entry = readdir(folder)) {
        const std::string name = entry->d_name;
        if (!is_epoll_set(std::string{process}.append("/fd/").append(name))) continue;
        std::ifstream info{std::string{process}.append("/fdinfo/").append(name)};
        sum += entries_of_set(info);
    }
    closedir(folder);
    return sum;
}

}  // namespace

std::int64_t entries_of_set(std::istream& fdinfo) {
    std::int64_t count = 0;
    for (std::string line; std::getline(fdinfo, line);) count += line.starts_with("tfd:") ? 1 : 0;
    return count;
}

std::optional<std::int64_t> epoll_entries(std::span<const pid_t> pids) {
    std::int64_t sum = 0;
    for (const pid_t pid : pids) {
        const auto entries = entries_of("/proc/" + std::to_string(pid));
        if (!entries) return std::nullopt;
        sum += *entries;
    }
    return sum;
}

std::int64_t epoll_entries_of_host() {
    std::int64_t sum = 0;
    DIR* folder = opendir("/proc");
    if (folder == nullptr) return sum;
    while (const dirent* entry = readdir(folder))
        if (std::atoi(entry->d_name) > 0)
            sum += entries_of("/proc/" + std::string{entry->d_name}).value_or(0);
    closedir(folder);
    return sum;
}

}  // namespace pushbench::loadgen
