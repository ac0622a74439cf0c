#include "servers/contract/process.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace pushbench::contract {
namespace {

std::string read_all(int file) {
    std::string text;
    char buffer[4096];
    ssize_t n = 0;
    while ((n = pread(file, buffer, sizeof buffer, static_cast<off_t>(text.size()))) > 0)
        text.append(buffer, static_cast<std::size_t>(n));
    return text;
}

std::uint16_t port_of(const boost::json::value& address) {
    const std::string_view text{address.as_string().data(), address.as_string().size()};
    const std::string_view digits = text.substr(text.rfind(':') + 1);
    std::uint16_t port = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return port;
}

}  // namespace

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

Process::Process(const std::vector<std::string>& command)
    : output_(memfd_create("output", MFD_CLOEXEC)), errors_(memfd_create("errors", MFD_CLOEXEC)) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_ = fork();
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output_, STDOUT_FILENO);
    dup2(errors_, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
}

Process::~Process() {
    if (running()) {
        signal(SIGKILL);
        wait_exit();
    }
    ::close(output_);
    ::close(errors_);
}

void Process::signal(int number) const {
    kill(pid_, number);
}

std::optional<int> Process::wait_exit(std::chrono::milliseconds patience) {
    eventually([this] { return !running(); }, patience);
    return exit_code_;
}

bool Process::running() {
    int status = 0;
    if (exit_code_ || waitpid(pid_, &status, WNOHANG) != pid_) return !exit_code_;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

std::string Process::output() const {
    return read_all(output_);
}

std::string Process::errors() const {
    return read_all(errors_);
}

std::size_t Process::resident_bytes() const {
    std::ifstream file{"/proc/" + std::to_string(pid_) + "/statm"};
    std::size_t size_pages = 0;
    std::size_t resident_pages = 0;
    file >> size_pages >> resident_pages;
    return resident_pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

double Process::cpu_seconds() const {
    clockid_t clock{};
    timespec time{};
    if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

TemporaryFile::TemporaryFile(const std::string& text, mode_t mode)
    : path_((std::filesystem::temp_directory_path() / "pushbench-XXXXXX").string()) {
    const int file = mkstemp(path_.data());
    const bool is_written = file >= 0 && fchmod(file, mode) == 0 &&
                            write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(file);
    if (!is_written) throw std::runtime_error("cannot write " + path_);
}

TemporaryFile::~TemporaryFile() {
    ::unlink(path_.c_str());
}

ServerProcess::ServerProcess(const std::vector<std::string>& command) : Process(command) {
    const auto has_line = [this] { return output().find('\n') != std::string::npos || !running(); };
    eventually(has_line);
    const std::string line = output();
    boost::system::error_code error;
    const auto said = boost::json::parse(line, error);
    if (error) throw std::runtime_error("the server did not say where it listens: " + line + errors());
    port_ = port_of(said.at("listening"));
    if (const auto* admin = said.as_object().if_contains("admin")) admin_port_ = port_of(*admin);
    if (said.at("pid").as_int64() != pid()) throw std::runtime_error("the server named another pid: " + line);
}

}  // namespace pushbench::contract
