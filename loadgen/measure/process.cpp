#include "loadgen/measure/process.hpp"

#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <fstream>
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

void add_ticks(pid_t pid, ProcessTimes& times) {
    std::ifstream file{proc_path(pid, "stat")};
    std::string text;
    std::getline(file, text);
    // The second field is the command in parentheses and may hold anything, so count from its end.
    const auto after_command = text.rfind(')');
    if (after_command == std::string::npos) return;
    std::istringstream fields{text.substr(after_command + 1)};
    std::string skipped;
    for (int field = 3; field != 14; ++field) fields >> skipped;
    double user_ticks = 0;
    double system_ticks = 0;
    fields >> user_ticks >> system_ticks;
    const auto ticks_per_s = static_cast<double>(sysconf(_SC_CLK_TCK));
    times.user_s = user_ticks / ticks_per_s;
    times.system_s = system_ticks / ticks_per_s;
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
        times.voluntary_switches += number_after(status, "voluntary_ctxt_switches:").value_or(0);
        times.involuntary_switches += number_after(status, "nonvoluntary_ctxt_switches:").value_or(0);
        std::ifstream schedstat{task + "/schedstat"};  // time on a CPU, time in a queue for one, both in ns
        std::int64_t on_cpu_ns = 0;
        std::int64_t queued_ns = 0;
        if (schedstat >> on_cpu_ns >> queued_ns) times.queued_ns += queued_ns;
    }
    closedir(folder);
}

}  // namespace

std::optional<ProcessTimes> process_times(pid_t pid) {
    clockid_t clock{};
    if (clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
    ProcessTimes times;
    times.cpu_ns = clock_ns(clock);
    add_ticks(pid, times);
    add_threads(pid, times);
    return times;
}

std::optional<std::int64_t> process_pss_bytes(pid_t pid) {
    const auto kib = number_after(proc_path(pid, "smaps_rollup"), "Pss:");
    if (!kib) return std::nullopt;
    return static_cast<std::int64_t>(*kib) * 1024;
}

bool process_runs(pid_t pid) {
    if (kill(pid, 0) != 0) return errno == EPERM;
    // A child that ended but was not waited for still has its number.
    std::ifstream file{proc_path(pid, "stat")};
    std::string text;
    std::getline(file, text);
    const auto after_command = text.rfind(')');
    return after_command == std::string::npos || text.compare(after_command, 3, ") Z") != 0;
}

std::int64_t thread_cpu_ns() {
    return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace pushbench::loadgen
