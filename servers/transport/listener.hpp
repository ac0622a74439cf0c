#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <vector>

#include "transport/http_connection.hpp"

namespace pushbench {

/// Whether other processes may listen on the same port.
enum class Port { own, shared };

/// Binds and listens, with SO_REUSEADDR. Throws std::runtime_error with one line that names the address.
boost::asio::ip::tcp::acceptor listen_on(boost::asio::io_context& io, const Address& address,
                                         Port port = Port::own);

/// Accepts connections and deals them out to the shards in turn. Runs on one shard's thread.
class Listener {
 public:
    /// `max_connections` of them are served; a few more at a time are told 503; beyond that, and when the
    /// process is out of files, accepting pauses, so that the kernel's queue holds the others back.
    Listener(boost::asio::ip::tcp::acceptor acceptor, std::vector<Shard*> shards, const HttpService& service,
             std::size_t max_connections);

    void start() { wait(); }
    void stop();
    boost::asio::ip::tcp::endpoint endpoint() const { return endpoint_; }

 private:
    void wait();
    void accept_all();
    void pause();
    std::size_t sum(Counter Counters::*counter) const;

    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ip::tcp::endpoint endpoint_;
    boost::asio::steady_timer pause_;
    std::vector<Shard*> shards_;
    const HttpService& service_;
    std::size_t max_connections_;
    std::size_t next_ = 0;
    std::atomic<std::size_t> handed_over_{0};  // accepted, and not yet counted by another shard's thread
};

}  // namespace pushbench
