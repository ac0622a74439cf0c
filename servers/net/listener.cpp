#include "net/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "net/logging.hpp"

namespace pushbench {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// How many clients over the limit may be told so at the same time.
constexpr std::size_t kRefusals = 64;
/// How many are accepted before other work gets its turn.
constexpr int kAcceptBatch = 64;
constexpr auto kPause = std::chrono::milliseconds{20};
constexpr int kBacklog = 4096;

std::string text_of(const Address& address) {
    const bool v6 = address.host.find(':') != std::string::npos;
    return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

void set_tcp(int fd, int option, std::int64_t value) {
    const int number = static_cast<int>(std::clamp<std::int64_t>(value, 1, 32'767));
    ::setsockopt(fd, IPPROTO_TCP, option, &number, sizeof number);
}

/// A client that has vanished without a word acknowledges nothing any more. The kernel would try for 15
/// minutes; it is told how long a client may take (tcp(7), RFC 5482). Where nothing is sent for longer than
/// that, it asks by itself. A client that is there answers, whatever its program does.
void close_vanished(int fd, const ServerOptions& options) {
    if (options.idle_timeout_ns == 0) return;
    const auto timeout_ms =
        static_cast<unsigned>(std::clamp<std::int64_t>(options.idle_timeout_ns / 1'000'000, 1, INT32_MAX));
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
    if (options.heartbeat_ns > 0 && options.heartbeat_ns <= options.idle_timeout_ns) return;
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    const std::int64_t timeout_s = options.idle_timeout_ns / 1'000'000'000;
    set_tcp(fd, TCP_KEEPIDLE, timeout_s / 2);
    set_tcp(fd, TCP_KEEPINTVL, timeout_s / 10);
}

/// Who counts a connection of a worker.
Gauge* gauge(Worker& worker, bool refuse) {
    return refuse ? &worker.counters.refusing : &worker.counters.connections;
}

}  // namespace

tcp::acceptor listen_on(asio::io_context& io, const Address& address, Port port) {
    error_code error;
    const auto host = asio::ip::make_address(address.host, error);
    if (error)
        throw std::runtime_error("cannot listen on '" + text_of(address) + "': expected an IP address");
    const tcp::endpoint endpoint{host, address.port};
    tcp::acceptor acceptor{io};
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    // The kernel deals connections out among all who listen like this (socket(7)).
    using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    if (!error && port == Port::shared) acceptor.set_option(ReusePort{true}, error);
    if (!error) acceptor.bind(endpoint, error);
    // Whatever is accepted has it from the start (Linux hands it on).
    if (!error) acceptor.set_option(tcp::no_delay{true}, error);
    if (!error) acceptor.listen(kBacklog, error);
    if (!error) acceptor.non_blocking(true, error);
    if (error) {
        const std::string hint =
            error == asio::error::address_in_use ? "; choose another port, or 0 for a free one" : "";
        throw std::runtime_error("cannot listen on " + text_of(address) + ": " + error.message() + hint);
    }
    return acceptor;
}

Listener::Listener(tcp::acceptor acceptor, std::vector<Worker*> workers, Admission admission, Admit admit)
    : acceptor_(std::move(acceptor)),
      endpoint_(acceptor_.local_endpoint()),
      pause_(acceptor_.get_executor()),
      workers_(std::move(workers)),
      admission_(admission),
      admit_(std::move(admit)) {
    // Whatever is accepted has it from the start (Linux hands it on).
    close_vanished(acceptor_.native_handle(), workers_[0]->options);
}

void Listener::stop() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

void Listener::wait() {
    acceptor_.async_wait(tcp::acceptor::wait_read, [this](const error_code& error) {
        if (!error) accept_all();
    });
}

std::size_t Listener::sum(Gauge Counters::*gauge) const {
    std::size_t sum = 0;
    for (const Worker* worker : workers_) sum += (worker->counters.*gauge).get();
    return sum;
}

void Listener::accept_all() {
    for (int i = 0; i < kAcceptBatch; ++i) {
        const bool full = admission_.counted && sum(&Counters::connections) >= admission_.max_connections;
        if (full && sum(&Counters::refusing) >= kRefusals) return pause();
        Worker& worker = *workers_[next_ % workers_.size()];
        const int fd = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno == EAGAIN) break;
        if (fd < 0 && errno == ECONNABORTED) continue;
        if (fd < 0) {  // out of files or of memory: the client waits in the kernel's queue
            log(worker.options, LogLevel::debug, "cannot accept: " + std::generic_category().message(errno));
            return pause();
        }
        ++next_;
        if (admission_.counted)
            (full ? workers_[0]->counters.refused : workers_[0]->counters.accepted).add(1);
        // Counted here, not when its thread gets to it: the next one has to see it.
        Socket socket{fd, admission_.counted ? gauge(worker, full) : nullptr};
        auto begin = [&worker, this, full, socket = std::move(socket)]() mutable {
            admit_(worker, std::move(socket), full).begin();
        };
        if (&worker == workers_[0])
            begin();
        else
            asio::post(worker.io, std::move(begin));
    }
    wait();
}

void Listener::pause() {
    pause_.expires_after(kPause);
    pause_.async_wait([this](const error_code& error) {
        if (!error) wait();
    });
}

}  // namespace pushbench
