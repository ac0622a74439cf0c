// The floor: what fanning out costs when a transport does nothing at all. A notification is one line of JSON,
// and a publish is a bare send() to each socket in turn. No framing, no cursor, no history, no heartbeat, and
// a client that does not keep up is cut off. Everything around it (schedule, publisher, admin port) is what
// the real servers use, so the difference to them is the price of the transport.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>
#include <unordered_map>

#include "admin/admin.hpp"
#include "admin/metrics.hpp"
#include "http/connection.hpp"
#include "net/listener.hpp"
#include "notify/notification.hpp"
#include "process/options.hpp"
#include "process/process.hpp"
#include "process/token.hpp"

namespace pushbench {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class FloorServer final : Sink, ClientPublisher, AdminTarget {
 public:
    explicit FloorServer(const ServerOptions& options)
        : acceptor_(listen_on(own_shard(options).io, options.listen,
                              options.reuse_port ? Port::shared : Port::own)),
          clients_(worker().io, epoll_create1(EPOLL_CLOEXEC)),
          admin_(worker().io, *this, options, read_token(options.admin_token_file)),
          signals_(worker().io, SIGTERM, SIGINT) {}

    void run(const Address& admin_address) {
        raise_file_limit();
        Listener admin{listen_on(worker().io, admin_address),
                       {&worker()},
                       Admission{.counted = false},
                       admit_http(admin_.service())};
        admin.start();
        wait_accept();
        wait_clients();
        signals_.async_wait([this](const error_code& error, int) {
            if (!error) worker().io.stop();
        });
        announce(acceptor_.local_endpoint(), admin.endpoint());
        worker().io.run();
    }

 private:
    struct Client {
        std::string topic;  // what it sent so far of its one line; then the topic it follows
        bool follows = false;
    };

    Worker& own_shard(const ServerOptions& options) {
        ClientPublisher& client_publisher = *this;
        workers_.push_back(std::make_unique<Worker>(options, epoch_, client_publisher));
        return worker();
    }
    Worker& worker() { return *workers_.front(); }

    void wait_accept() {
        acceptor_.async_wait(asio::ip::tcp::acceptor::wait_read, [this](const error_code& error) {
            if (error) return;
            accept_all();
            wait_accept();
        });
    }

    void accept_all() {
        for (;;) {
            const int fd = accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) return;
            const int on = 1;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.fd = fd;
            epoll_ctl(clients_.native_handle(), EPOLL_CTL_ADD, fd, &event);
            by_fd_.emplace(fd, Client{});
            worker().counters.accepted.add(1);
            worker().counters.connections.add(1);
        }
    }

    /// The clients have an epoll of their own, so that an idle one costs this process next to nothing.
    void wait_clients() {
        clients_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& error) {
            if (error) return;
            std::array<epoll_event, 256> events;
            const int ready = epoll_wait(clients_.native_handle(), events.data(), events.size(), 0);
            for (int i = 0; i < ready; ++i) on_readable(events[static_cast<std::size_t>(i)].data.fd);
            wait_clients();
        });
    }

    /// A client says one line, the topic it follows.
    void on_readable(int fd) {
        const auto found = by_fd_.find(fd);
        std::array<char, 256> buffer;
        const ssize_t n = recv(fd, buffer.data(), buffer.size(), 0);
        if (found == by_fd_.end() || (n < 0 && errno == EAGAIN)) return;
        Client& client = found->second;
        if (n <= 0 || client.follows || client.topic.size() > buffer.size()) return drop(fd);
        client.topic.append(buffer.data(), static_cast<std::size_t>(n));
        if (client.topic.back() != '\n') return;
        client.topic.pop_back();
        client.follows = true;
        followers_[client.topic].push_back(fd);
    }

    void drop(int fd) {
        if (const auto found = by_fd_.find(fd); found != by_fd_.end()) {
            if (found->second.follows) std::erase(followers_[found->second.topic], fd);
            by_fd_.erase(found);
            worker().counters.connections.subtract(1);
        }
        ::close(fd);
    }

    // Sink: the bare loop.
    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& done) override {
        const std::string name{topic};
        const std::uint64_t seq = ++heads_[name];
        const std::string line = to_json({seq, name, due_ns, sent_ns, std::string{payload}}) + "\n";
        const auto& fds = followers_[name];
        std::vector<int> failed;
        for (const int fd : fds)
            if (::send(fd, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) !=
                static_cast<ssize_t>(line.size()))
                failed.push_back(fd);
        auto& counters = worker().counters;
        const std::uint64_t delivered = fds.size() - failed.size();
        counters.notifications.add(1);
        counters.deliveries.add(delivered);
        counters.writes.add(delivered);
        counters.bytes_sent.add(delivered * line.size());
        for (const int fd : failed) drop(fd);
        if (done) done(Publication{seq, {}});
    }

    void publish_from_client(std::string, std::string) override {}
    Sink& sink() override { return *this; }
    std::size_t max_topics() const override { return SIZE_MAX; }
    std::string metrics() const override { return metrics_text("floor", workers_); }
    std::map<std::string, std::uint64_t> heads() const override { return heads_; }

    const Epoch epoch_ = Epoch::draw();
    std::vector<std::unique_ptr<Worker>> workers_;
    asio::ip::tcp::acceptor acceptor_;
    asio::posix::stream_descriptor clients_;
    Admin admin_;
    asio::signal_set signals_;
    std::unordered_map<int, Client> by_fd_;
    std::unordered_map<std::string, std::vector<int>> followers_;
    std::map<std::string, std::uint64_t> heads_;
};

}  // namespace
}  // namespace pushbench

int main(int argc, char** argv) {
    using namespace pushbench;
    const auto parsed = parse_options(
        argc, argv,
        {"floor_server", "The bare TCP fan-out: what one write a notification and client costs.", false});
    if (parsed.exit_code) return *parsed.exit_code;
    try {
        std::signal(SIGPIPE, SIG_IGN);
        pin_to_cpus(parsed.options.cpus);
        FloorServer{parsed.options}.run(parsed.options.admin);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "floor_server: " << error.what() << "\n";
        return 1;
    }
}
