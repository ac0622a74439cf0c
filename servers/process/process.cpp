#include "process/process.hpp"

#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace pushbench {
namespace {

/// Files that are no connection: listeners, reactors, standard streams, and refusals on their way out.
constexpr std::size_t kReservedFiles = 160;

std::string text_of(const boost::asio::ip::tcp::endpoint& endpoint) {
    std::ostringstream out;
    out << endpoint;
    return out.str();
}

int block_and_open_stop_signals() {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    const int error = pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    if (error != 0) throw std::system_error(error, std::generic_category(), "cannot block SIGTERM");
    const int file = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
    if (file < 0) throw std::system_error(errno, std::generic_category(), "cannot open a signalfd");
    return file;
}

}  // namespace

void pin_to_cpus(const std::vector<int>& cpus) {
    if (cpus.empty()) return;
    const int known = static_cast<int>(sysconf(_SC_NPROCESSORS_CONF));
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) {
        if (cpu < 0 || cpu >= known) {
            throw std::runtime_error("bad --cpus " + std::to_string(cpu) + ": expected CPUs of 0 to " +
                                     std::to_string(known - 1));
        }
        CPU_SET(static_cast<unsigned>(cpu), &set);
    }
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        throw std::runtime_error("cannot run on the CPUs of --cpus: " +
                                 std::generic_category().message(errno));
    }
    // The kernel silently leaves out those that this process may not use; a thread could then not have its
    // own.
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    sched_getaffinity(0, sizeof allowed, &allowed);
    for (const int cpu : cpus)
        if (!CPU_ISSET(static_cast<unsigned>(cpu), &allowed))
            throw std::runtime_error("cannot run on CPU " + std::to_string(cpu) +
                                     " of --cpus: this process may not use it");
}

std::size_t raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    const auto files = static_cast<std::size_t>(limit.rlim_cur);
    return files > 2 * kReservedFiles ? files - kReservedFiles : files / 2;
}

StopSignals::StopSignals(boost::asio::io_context& io) : file_(io, block_and_open_stop_signals()) {}

void StopSignals::on_first(std::function<void()> stop) {
    file_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [stop = std::move(stop)](const boost::system::error_code& error) {
                         if (!error) stop();
                     });
}

void announce(const boost::asio::ip::tcp::endpoint& listen, const boost::asio::ip::tcp::endpoint& admin) {
    const boost::json::object line{
        {"listening", text_of(listen)}, {"admin", text_of(admin)}, {"pid", getpid()}};
    std::cout << boost::json::serialize(line) << std::endl;
}

}  // namespace pushbench
