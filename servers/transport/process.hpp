#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <vector>

namespace pushbench {

/// Keeps the process on these CPUs; with none, leaves it where it is. Throws std::runtime_error with one line
/// if the machine has no such CPU.
void pin_to_cpus(const std::vector<int>& cpus);

/// Raises the soft limit on open files as far as the hard one allows, and says how many connections fit below
/// it.
std::size_t raise_file_limit();

/// Tells on standard output where the server can be reached, as one JSON line, for whoever started it.
void announce(const boost::asio::ip::tcp::endpoint& listen, const boost::asio::ip::tcp::endpoint& admin);

}  // namespace pushbench
