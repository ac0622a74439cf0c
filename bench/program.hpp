// What the small programs here do alike: how they are told to end, what they print, and how a command line
// or a failure ends them.
#pragma once

#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <sstream>
#include <string>

#include "process/options.hpp"

namespace pushbench {

/// A file that is readable when the process is to end, by SIGTERM or SIGINT.
inline int end_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

/// A line of its own, out at once: somebody waits for it.
inline void print(const boost::json::object& line) {
    std::cout << boost::json::serialize(line) << std::endl;
}

/// `{"listening":"127.0.0.1:43211","pid":4711}`, once it accepts.
inline void print_listening(const boost::asio::ip::tcp::acceptor& acceptor) {
    std::ostringstream where;
    where << acceptor.local_endpoint();
    print({{"listening", where.str()}, {"pid", getpid()}});
}

/// The address that an option gives. Throws CLI::ValidationError with one line that names option and value.
inline Address address_of(const std::string& option, const std::string& text, const std::string& example) {
    const auto address = parse_address(text);
    if (!address)
        throw CLI::ValidationError(option,
                                   "'" + text + "' is not valid, expected an address such as " + example);
    return *address;
}

/// Reads the command line and does the work. The exit code: 0, 2 for a wrong command line, 1 for a failure;
/// either has been told in one line.
template <class Work>
int run_program(CLI::App& app, int argc, char** argv, Work work) {
    try {
        app.parse(argc, argv);
        work();
        return 0;
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        std::cerr << app.get_name() << ": " << error.what() << " (see --help)\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << app.get_name() << ": " << error.what() << "\n";
        return 1;
    }
}

}  // namespace pushbench
