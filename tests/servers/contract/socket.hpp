#pragma once

#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/role.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace pushbench::contract {

/// A blocking TCP connection to 127.0.0.1 with a receive timeout. It is a SyncStream, so that Beast's clients
/// run on it; Asio's own sockets cannot time out when used synchronously.
class Socket {
 public:
    using executor_type = boost::asio::io_context::executor_type;

    /// `receive_buffer_bytes` bounds what the kernel takes on behalf of a client that does not read.
    explicit Socket(std::uint16_t port, int receive_buffer_bytes = 0);
    ~Socket();
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&&) = delete;

    executor_type get_executor();
    void set_timeout(std::chrono::milliseconds timeout);

    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
        error = {};
        for (const auto buffer : boost::beast::buffers_range(buffers))
            if (buffer.size() > 0) return receive(static_cast<char*>(buffer.data()), buffer.size(), error);
        return 0;
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, boost::system::error_code& error) {
        error = {};
        for (const auto buffer : boost::beast::buffers_range(buffers))
            if (buffer.size() > 0)
                return transmit(static_cast<const char*>(buffer.data()), buffer.size(), error);
        return 0;
    }
    // Beast asks for these as well, and never calls them here.
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers) {
        boost::system::error_code error;
        const std::size_t n = read_some(buffers, error);
        if (error) throw boost::system::system_error{error};
        return n;
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers) {
        boost::system::error_code error;
        const std::size_t n = write_some(buffers, error);
        if (error) throw boost::system::system_error{error};
        return n;
    }

    /// False if the connection broke before all was taken.
    bool send(std::string_view bytes);
    /// What has come, at least one byte; empty at the end of the connection and at the timeout.
    std::string read();
    std::string read_exactly(std::size_t bytes);
    /// Up to and with `mark`.
    std::string read_until(std::string_view mark);
    /// All there is until the server closes. `ended` tells whether it did.
    std::string read_to_end(bool* ended = nullptr);
    /// Has the kernel write down when it gets what comes from now on.
    void stamp_arrivals();
    /// Drops what has come, at least one byte, and says when the kernel got the last of it, in nanoseconds of
    /// its wall clock. 0 where it did not write that down, and at the timeout.
    std::int64_t take_arrival_ns();
    void finish_sending();
    /// From now on the kernel drops whatever comes, unacknowledged and without a reset: the client has
    /// vanished, as one whose network is gone.
    void vanish();
    /// Closes with a reset, as a client does that crashes.
    void reset();
    void close();

 private:
    std::size_t receive(char* to, std::size_t bytes, boost::system::error_code& error);
    std::size_t transmit(const char* from, std::size_t bytes, boost::system::error_code& error);

    int file_ = -1;
    std::string ahead_;  // read, but behind what was asked for
};

// What Beast's WebSocket calls when both sides have said close.
void teardown(boost::beast::role_type role, Socket& socket, boost::system::error_code& error);

}  // namespace pushbench::contract
