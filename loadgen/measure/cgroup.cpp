#include "loadgen/measure/cgroup.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

namespace pushbench::loadgen {
namespace {

namespace fs = std::filesystem;

/// Where distributions mount version 2: alone, or beside version 1.
constexpr const char* roots[] = {"", "/sys/fs/cgroup/", "/sys/fs/cgroup/unified/"};

std::map<std::string, std::int64_t> read_numbers(std::istream& text) {
    std::map<std::string, std::int64_t> numbers;
    std::string name;
    for (std::int64_t value = 0; text >> name >> value;) numbers[name] = value;
    return numbers;
}

std::optional<std::int64_t> number(const std::map<std::string, std::int64_t>& numbers, const char* name) {
    const auto found = numbers.find(name);
    return found == numbers.end() ? std::nullopt : std::optional{found->second};
}

void add_processes(const fs::path& folder, std::vector<pid_t>& pids) {
    std::ifstream file{folder / "cgroup.procs"};
    for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
}

}  // namespace

std::string find_cgroup(const std::string& name) {
    if (name.empty()) return {};
    const std::string below_root{name.substr(std::min(name.find_first_not_of('/'), name.size()))};
    for (const std::string root : roots) {
        std::string folder = root.empty() ? name : root + below_root;
        if (cgroup_times(folder)) return folder;
    }
    return {};
}

std::optional<CgroupTimes> parse_cpu_stat(std::istream& text) {
    const auto numbers = read_numbers(text);
    const auto used_us = number(numbers, "usage_usec");
    if (!used_us) return std::nullopt;
    constexpr std::int64_t ns_per_us = 1'000;
    return CgroupTimes{*used_us * ns_per_us, number(numbers, "user_usec").value_or(0) * ns_per_us,
                       number(numbers, "system_usec").value_or(0) * ns_per_us};
}

std::optional<CgroupTimes> cgroup_times(const std::string& folder) {
    std::ifstream file{folder + "/cpu.stat"};
    return parse_cpu_stat(file);
}

std::optional<CgroupMemory> cgroup_memory(const std::string& folder) {
    CgroupMemory memory;
    std::ifstream current{folder + "/memory.current"};
    if (!(current >> memory.all_bytes)) return std::nullopt;
    std::ifstream stat{folder + "/memory.stat"};
    const auto numbers = read_numbers(stat);
    memory.anonymous_bytes = number(numbers, "anon");
    memory.slab_bytes = number(numbers, "slab");
    memory.socket_bytes = number(numbers, "sock");
    return memory;
}

std::vector<pid_t> cgroup_processes(const std::string& folder) {
    std::vector<pid_t> pids;
    add_processes(folder, pids);
    std::error_code error;
    for (fs::recursive_directory_iterator at{folder, error}, end; !error && at != end; at.increment(error))
        if (at->is_directory(error)) add_processes(at->path(), pids);
    return pids;
}

}  // namespace pushbench::loadgen
