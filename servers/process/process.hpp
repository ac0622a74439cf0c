#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <functional>
#include <vector>

namespace pushbench {

/// Keeps the process on these CPUs; with none, leaves it where it is. Throws std::runtime_error with one line
/// if the machine has no such CPU.
void pin_to_cpus(const std::vector<int>& cpus);

/// Raises the soft limit on open files as far as the hard one allows, and says how many connections fit below
/// it.
std::size_t raise_file_limit();

/// SIGTERM and SIGINT as a file to read, see signalfd(2). From its construction on the signals are blocked in
/// this thread and in all that it starts, so none is lost between two instructions, and none interrupts a
/// system call. Make it before any thread. Throws std::system_error.
class StopSignals {
 public:
    explicit StopSignals(boost::asio::io_context& io);

    /// Calls `stop` once, from the reactor, at the first signal. Later ones change nothing.
    void on_first(std::function<void()> stop);

 private:
    boost::asio::posix::stream_descriptor file_;
};

/// Tells on standard output where the server can be reached, as one JSON line, for whoever started it.
void announce(const boost::asio::ip::tcp::endpoint& listen, const boost::asio::ip::tcp::endpoint& admin);

}  // namespace pushbench
