#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <vector>

#include "net/socket.hpp"
#include "net/worker.hpp"

namespace pushbench {

/// Whether other processes may listen on the same port.
enum class Port { own, shared };

/// Binds and listens, with SO_REUSEADDR. Throws std::runtime_error with one line that names the address.
boost::asio::ip::tcp::acceptor listen_on(boost::asio::io_context& io, const Address& address,
                                         Port port = Port::own);

/// Makes a session of a connection, on its worker's thread and owned by the worker. `refuse`: only to say
/// that there are too many.
using Admit = std::function<Session&(Worker& worker, Socket socket, bool refuse)>;

/// How many are served at once. Those of a port that is not counted show in no counter and have no limit.
struct Admission {
    std::size_t max_connections = 0;
    bool counted = true;
};

/// Accepts connections and deals them out to the workers in turn. Runs on one worker's thread. What is spoken
/// on them it does not know.
class Listener {
 public:
    /// `max_connections` of them are served; a few more at a time are told that there are too many; beyond
    /// that, and when the process is out of files, accepting pauses, so that the kernel's queue holds the
    /// others back.
    Listener(boost::asio::ip::tcp::acceptor acceptor, std::vector<Worker*> workers, Admission admission,
             Admit admit);

    void start() { wait(); }
    void stop();
    boost::asio::ip::tcp::endpoint endpoint() const { return endpoint_; }

 private:
    void wait();
    void accept_all();
    void pause();
    std::size_t sum(Gauge Counters::*gauge) const;

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ip::tcp::endpoint endpoint_;
    boost::asio::steady_timer pause_;
    std::vector<Worker*> workers_;
    Admission admission_;
    Admit admit_;
    std::size_t next_ = 0;
};

}  // namespace pushbench
