// What most would write first where several servers share a source: one NATS subscription for each web
// client, whose messages its callback writes to that client. It is done as well as it can be: one connection,
// one thread that delivers all, a bare send(), and messages that are encoded once, by who publishes. It keeps
// nothing, so a client that was cut off has missed what came meanwhile. Everything around it (schedule,
// publisher, admin port) is what the real servers use: the difference to them is the price of the
// subscriptions.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <iostream>
#include <unordered_map>

#include "admin/admin.hpp"
#include "admin/metrics.hpp"
#include "bench/shared/nats_handle.hpp"
#include "http/connection.hpp"
#include "http/query.hpp"
#include "net/listener.hpp"
#include "notify/notification.hpp"
#include "process/options.hpp"
#include "process/process.hpp"
#include "process/token.hpp"

namespace pushbench {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n\r\n";
constexpr std::size_t kLongestHead = 8192;

/// A client and its subscription. NATS's thread writes to it, the first worker's reads from it and ends it.
struct Client {
    int fd;
    Counters& counters;
    std::string head{};  // of the request, as far as it has come
    natsSubscription* subscription = nullptr;
};

/// False for a client that does not keep up: it is cut off.
bool send_all(int fd, std::string_view bytes) {
    return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(bytes.size());
}

void on_message(natsConnection* /*connection*/, natsSubscription* /*subscription*/, natsMsg* raw,
                void* closure) {
    const NatsMessage message{raw};
    const Client& client = *static_cast<Client*>(closure);
    const std::string_view event{natsMsg_GetData(raw), static_cast<std::size_t>(natsMsg_GetDataLength(raw))};
    if (!send_all(client.fd, event)) {
        ::shutdown(client.fd, SHUT_RDWR);  // whoever reads from it ends it
        return;
    }
    client.counters.deliveries.add(1);
    client.counters.writes.add(1);
    client.counters.bytes_sent.add(event.size());
}

/// No message comes any more.
void on_complete(void* closure) {
    const std::unique_ptr<Client> client{static_cast<Client*>(closure)};
    ::close(client->fd);
}

class NaiveServer final : Sink, ClientPublisher, AdminTarget {
 public:
    NaiveServer(const ServerOptions& options, const std::string& source)
        : acceptor_(listen_on(own_shard(options).io, options.listen, Port::own)),
          readable_(worker().io, epoll_create1(EPOLL_CLOEXEC)),
          admin_(worker().io, *this, options, read_token(options.admin_token_file)),
          signals_(worker().io, SIGTERM, SIGINT),
          nats_(connect_to(source)) {}

    void run(const Address& admin_address) {
        raise_file_limit();
        Listener admin{listen_on(worker().io, admin_address),
                       {&worker()},
                       Admission{.counted = false},
                       admit_http(admin_.service())};
        admin.start();
        wait_accept();
        wait_readable();
        signals_.async_wait([this](const error_code& error, int) {
            if (!error) worker().io.stop();
        });
        announce(acceptor_.local_endpoint(), admin.endpoint());
        worker().io.run();
    }

 private:
    Worker& own_shard(const ServerOptions& options) {
        ClientPublisher& client_publisher = *this;
        workers_.push_back(std::make_unique<Worker>(options, epoch_, client_publisher));
        return worker();
    }
    Worker& worker() { return *workers_.front(); }
    static std::string subject(const std::string& topic) { return "naive." + topic; }

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
            auto* client = new Client{fd, worker().counters};
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = client;
            epoll_ctl(readable_.native_handle(), EPOLL_CTL_ADD, fd, &event);
            worker().counters.accepted.add(1);
            worker().counters.connections.add(1);
        }
    }

    void wait_readable() {
        readable_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& error) {
            if (error) return;
            std::array<epoll_event, 256> events;
            const int ready = epoll_wait(readable_.native_handle(), events.data(), events.size(), 0);
            for (int i = 0; i < ready; ++i)
                on_readable(static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr));
            wait_readable();
        });
    }

    void on_readable(Client* client) {
        std::array<char, 4096> buffer;
        const ssize_t n = recv(client->fd, buffer.data(), buffer.size(), 0);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0 || client->subscription != nullptr || client->head.size() > kLongestHead)
            return drop(client);
        client->head.append(buffer.data(), static_cast<std::size_t>(n));
        if (client->head.ends_with("\r\n\r\n") && !follow(*client)) drop(client);
    }

    /// What a request line such as `GET /events?topic=default HTTP/1.1` names is subscribed to, for this
    /// client alone.
    bool follow(Client& client) {
        const auto begin = client.head.find(' ') + 1;
        const auto target =
            parse_target(std::string_view{client.head}.substr(begin, client.head.find(' ', begin) - begin));
        if (!target || target->path != "/events" || !send_all(client.fd, kHead)) return false;
        const std::string name = subject(std::string{target->find("topic").value_or("default")});
        std::string{}.swap(client.head);
        if (natsConnection_Subscribe(&client.subscription, nats_.get(), name.c_str(), on_message, &client) !=
            NATS_OK)
            return false;
        return natsSubscription_SetOnCompleteCB(client.subscription, on_complete, &client) == NATS_OK;
    }

    void drop(Client* client) {
        epoll_ctl(readable_.native_handle(), EPOLL_CTL_DEL, client->fd, nullptr);
        worker().counters.connections.subtract(1);
        if (client->subscription != nullptr)
            natsSubscription_Destroy(client->subscription);  // then on_complete() is called
        else
            on_complete(client);
    }

    // Sink: NATS hands it to each subscription.
    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& done) override {
        const std::string name{topic};
        const std::uint64_t seq = ++heads_[name];
        const std::string event = "id: " + std::to_string(seq) +
                                  "\ndata: " + to_json({seq, name, due_ns, sent_ns, std::string{payload}}) +
                                  "\n\n";
        const natsStatus status = natsConnection_Publish(nats_.get(), subject(name).c_str(), event.data(),
                                                         static_cast<int>(event.size()));
        worker().counters.notifications.add(1);
        if (done) done(status == NATS_OK ? Publication{seq, {}} : Publication{0, natsStatus_GetText(status)});
    }

    void publish_from_client(std::string, std::string) override {}
    Sink& sink() override { return *this; }
    std::size_t max_topics() const override { return SIZE_MAX; }
    std::string metrics() const override { return metrics_text("naive", workers_); }
    std::map<std::string, std::uint64_t> heads() const override { return heads_; }

    const Epoch epoch_ = Epoch::draw();
    std::vector<std::unique_ptr<Worker>> workers_;
    asio::ip::tcp::acceptor acceptor_;
    asio::posix::stream_descriptor readable_;
    Admin admin_;
    asio::signal_set signals_;
    std::map<std::string, std::uint64_t> heads_;
    NatsConnection nats_;
};

}  // namespace
}  // namespace pushbench

int main(int argc, char** argv) {
    using namespace pushbench;
    std::string source = "nats://127.0.0.1:4222";
    OptionTraits traits{"naive_server", "SSE by one NATS subscription for each client.", false};
    traits.add = [&](CLI::App& app) { app.add_option("--nats", source, "the nats-server"); };
    const auto parsed = parse_options(argc, argv, traits);
    if (parsed.exit_code) return *parsed.exit_code;
    try {
        std::signal(SIGPIPE, SIG_IGN);
        pin_to_cpus(parsed.options.cpus);
        NaiveServer{parsed.options, source}.run(parsed.options.admin);
        nats_Close();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "naive_server: " << error.what() << "\n";
        return 1;
    }
}
