#include "loadgen/measure/process.hpp"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

namespace pushbench::loadgen {
namespace {

std::string proc_path(pid_t pid, const std::string& file) {
    return "/proc/" + std::to_string(pid) + "/" + file;
}

std::int64_t clock_ns(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// The number behind `name:` in a file of such lines, as /proc has many.
std::optional<std::uint64_t> number_after(const std::string& path, const std::string& name) {
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);)
        if (line.rfind(name, 0) == 0) return std::strtoull(line.c_str() + name.size(), nullptr, 10);
    return std::nullopt;
}

std::optional<std::int64_t> bytes_after(const std::string& path, const std::string& name) {
    const auto kib = number_after(path, name);
    if (!kib) return std::nullopt;
    return static_cast<std::int64_t>(*kib) * 1024;
}

/// User and system time each have a clock of their own (the kernel's posix-timers.h: the lowest two bits of
/// the number say which). It moves with the kernel's tick, 1 to 10 ms, and so finer than /proc/PID/stat,
/// which is rounded to 10 ms; nothing else tells user and system of another process apart.
void add_user_and_system(clockid_t cpu_clock, ProcessTimes& times) {
    constexpr clockid_t user_and_system = 0;
    constexpr clockid_t user = 1;
    constexpr clockid_t kind_bits = 3;
    times.user_ns = clock_ns((cpu_clock & ~kind_bits) | user);
    times.system_ns = clock_ns((cpu_clock & ~kind_bits) | user_and_system) - times.user_ns;
}

/// The fields of /proc/PID/stat from the third on. The second is the command in parentheses and may hold
/// anything, so they are counted from its end.
std::string stat_after_command(pid_t pid) {
    std::ifstream file{proc_path(pid, "stat")};
    std::string text;
    std::getline(file, text);
    const auto command_end = text.rfind(')');
    return command_end == std::string::npos ? std::string{} : text.substr(command_end + 1);
}

std::optional<std::int64_t> started_ticks(pid_t pid) {
    std::istringstream fields{stat_after_command(pid)};
    std::string field;
    for (int number = 3; number <= 22; ++number) fields >> field;
    if (!fields) return std::nullopt;
    return std::strtoll(field.c_str(), nullptr, 10);
}

template <class Number>
void add_known(std::optional<Number>& sum, const std::optional<Number>& more) {
    if (more) sum = sum.value_or(0) + *more;
}

/// The process-wide files count only its first thread, so all threads are added up.
void add_threads(pid_t pid, ProcessTimes& times) {
    const std::string tasks = proc_path(pid, "task");
    DIR* folder = opendir(tasks.c_str());
    if (folder == nullptr) return;
    while (const dirent* entry = readdir(folder)) {
        if (entry->d_name[0] == '.') continue;
        const std::string task = tasks + "/" + entry->d_name;
        const std::string status = task + "/status";
        add_known(times.voluntary_switches, number_after(status, "voluntary_ctxt_switches:"));
        add_known(times.involuntary_switches, number_after(status, "nonvoluntary_ctxt_switches:"));
        std::ifstream schedstat{task + "/schedstat"};
        add_known(times.queued_ns, queued_ns_of(schedstat));
    }
    closedir(folder);
}

/// `combine` what both say.
template <class Number, class Combine>
std::optional<Number> both(const std::optional<Number>& a, const std::optional<Number>& b, Combine combine) {
    return a && b ? std::optional<Number>{combine(*a, *b)} : std::nullopt;
}

template <class Combine>
ProcessTimes combined(const ProcessTimes& a, const ProcessTimes& b, Combine combine) {
    return {combine(a.cpu_ns, b.cpu_ns),
            combine(a.user_ns, b.user_ns),
            combine(a.system_ns, b.system_ns),
            both(a.voluntary_switches, b.voluntary_switches, combine),
            both(a.involuntary_switches, b.involuntary_switches, combine),
            both(a.queued_ns, b.queued_ns, combine),
            both(a.started_ticks, b.started_ticks, combine)};
}

}  // namespace

ProcessTimes ProcessTimes::operator-(const ProcessTimes& other) const {
    return combined(*this, other, std::minus<>{});
}

ProcessTimes& ProcessTimes::operator+=(const ProcessTimes& other) {
    return *this = combined(*this, other, std::plus<>{});
}

std::optional<std::int64_t> queued_ns_of(std::istream& schedstat) {
    std::int64_t on_cpu_ns = 0;
    std::int64_t queued_ns = 0;
    std::int64_t turns = 0;
    if (!(schedstat >> on_cpu_ns >> queued_ns >> turns) || turns == 0) return std::nullopt;
    return queued_ns;
}

std::optional<ProcessTimes> process_times(pid_t pid) {
    clockid_t clock{};
    if (clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
    ProcessTimes times;
    times.cpu_ns = clock_ns(clock);
    times.started_ticks = started_ticks(pid);
    add_user_and_system(clock, times);
    add_threads(pid, times);
    return times;
}

std::optional<CpuSplit> split_cpu(const ProcessTimes& times) {
    const auto ticked_ns = static_cast<double>(times.user_ns + times.system_ns);
    if (ticked_ns <= 0) return std::nullopt;
    const double cpu_s = static_cast<double>(times.cpu_ns) / 1e9;
    const double user_s = cpu_s * static_cast<double>(times.user_ns) / ticked_ns;
    return CpuSplit{user_s, cpu_s - user_s};
}

std::optional<std::int64_t> process_pss_bytes(pid_t pid) {
    return bytes_after(proc_path(pid, "smaps_rollup"), "Pss:");
}

std::optional<std::int64_t> process_cpu_ns(pid_t pid) {
    clockid_t clock{};
    if (clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
    return clock_ns(clock);
}

/// Of statm(5) the second number: pages.
std::optional<std::int64_t> process_rss_bytes(pid_t pid) {
    std::ifstream file{proc_path(pid, "statm")};
    std::int64_t size = 0;
    std::int64_t resident = 0;
    if (!(file >> size >> resident)) return std::nullopt;
    return resident * sysconf(_SC_PAGESIZE);
}

std::optional<std::int64_t> process_swapped_bytes(pid_t pid) {
    return bytes_after(proc_path(pid, "status"), "VmSwap:");
}

std::optional<bool> in_other_time_namespace(pid_t pid) {
    std::error_code error;
    const auto ours = std::filesystem::read_symlink("/proc/self/ns/time", error);
    if (error) return std::nullopt;
    const auto its = std::filesystem::read_symlink(proc_path(pid, "ns/time"), error);
    if (error) return std::nullopt;
    return ours != its;
}

std::optional<pid_t> process_parent(pid_t pid) {
    std::istringstream fields{stat_after_command(pid)};
    std::string state;
    pid_t parent = 0;
    if (!(fields >> state >> parent) || state == "Z") return std::nullopt;
    return parent;
}

std::string process_name(pid_t pid) {
    std::string name;
    std::ifstream file{proc_path(pid, "comm")};
    std::getline(file, name);
    return name;
}

bool process_runs(pid_t pid) {
    if (kill(pid, 0) != 0) return errno == EPERM;
    // A child that ended but was not waited for still has its number.
    return !stat_after_command(pid).starts_with(" Z");
}

std::int64_t thread_cpu_ns() {
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace pushbench::loadgen
