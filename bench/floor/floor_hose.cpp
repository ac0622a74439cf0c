// The hose: a server without a protocol's work, to find out where the load generator itself is full. It
// answers each client by bytes that lie ready and keeps every socket as full as the kernel allows: one
// thread, one epoll, no library on the way of a byte. With --speak short-poll it is also the bare HTTP loop
// that the polling server can be held against.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "bench/floor/script.hpp"
#include "bench/program.hpp"
#include "net/listener.hpp"
#include "notify/clock.hpp"
#include "process/process.hpp"

namespace pushbench {
namespace {

/// A load generator counts from when all of its connections stand. So nothing flows to new clients before
/// none has come for this long.
constexpr std::int64_t kQuietNs = 100'000'000;

/// Enough for many notifications a call, and small enough for thousands of clients.
constexpr int kSendBufferBytes = 256 * 1024;

class Hose {
 public:
    Hose(const Script& script, int listener) : script_(script), listener_(listener) {
        watch(listener_, EPOLLIN);
        watch(signals_, EPOLLIN);
    }

    /// Until SIGTERM or SIGINT.
    void run() {
        std::array<epoll_event, 256> events;
        for (;;) {
            const int ready =
                epoll_wait(epoll_, events.data(), events.size(), held_.empty() ? -1 : kQuietNs / 1'000'000);
            if (!held_.empty() && now_ns() >= quiet_since_ns_ + kQuietNs) release();
            for (int i = 0; i < ready; ++i) {
                const epoll_event& event = events[static_cast<std::size_t>(i)];
                if (event.data.fd == signals_) return;
                if (event.data.fd == listener_)
                    accept_all();
                else
                    on_event(event.data.fd, event.events);
            }
        }
    }

 private:
    struct Client {
        std::string said;  // and not yet answered
        bool greeted = false;
        bool held = false;
        std::size_t answers = 0;  // begun, behind the greeting
        std::size_t at = 0;       // within the script
        std::size_t until = 0;    // end of the answer that is being given
    };

    Client& client_of(int fd) { return clients_[static_cast<std::size_t>(fd)]; }

    void watch(int fd, std::uint32_t events) {
        epoll_event event{};
        event.events = events;
        event.data.fd = fd;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }

    void accept_all() {
        for (;;) {
            const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) return;
            const int on = 1;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
            if (clients_.size() <= static_cast<std::size_t>(fd))
                clients_.resize(static_cast<std::size_t>(fd) + 1);
            client_of(fd) = {};
            // By edges: the kernel tells once that a full socket has room again, and nothing is re-armed.
            watch(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
        }
    }

    void on_event(int fd, std::uint32_t events) {
        Client& client = client_of(fd);
        const bool gone = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
        if (gone || ((events & EPOLLIN) != 0 && !read(fd, client))) {
            std::erase(held_, fd);
            ::close(fd);
            return;
        }
        serve(fd, client);
    }

    void serve(int fd, Client& client) {
        while (write(fd, client) && begin_answer(fd, client)) {
        }
    }

    void release() {
        for (const int fd : held_) client_of(fd).held = false;
        for (const int fd : std::exchange(held_, {})) serve(fd, client_of(fd));
    }

    /// False if the client is gone.
    bool read(int fd, Client& client) {
        std::array<char, 4096> buffer;
        for (;;) {
            const ssize_t n = recv(fd, buffer.data(), buffer.size(), 0);
            if (n < 0 && errno == EAGAIN) return true;
            if (n <= 0) return false;
            if (!done(client)) client.said.append(buffer.data(), static_cast<std::size_t>(n));
            if (static_cast<std::size_t>(n) < buffer.size()) return true;
        }
    }

    /// True if nothing is left to write. What the kernel did not take waits for the event that there is room;
    /// to try on would let one client keep the others waiting.
    bool write(int fd, Client& client) {
        if (client.at == client.until) return true;
        const ssize_t n = send(fd, script_.bytes.data() + client.at, client.until - client.at, MSG_NOSIGNAL);
        if (n > 0) client.at += static_cast<std::size_t>(n);
        return client.at == client.until;
    }

    /// Says how far the client may get. False if it has to ask first, or to wait.
    bool begin_answer(int fd, Client& client) {
        if (!client.greeted) return greet(fd, client);
        if (client.held || done(client)) return false;
        if (!script_.streams && !take_request(client)) return false;
        if (client.answers == script_.ends.size()) --client.answers;
        client.at = client.answers == 0 ? 0 : script_.ends[client.answers - 1];
        client.until = script_.ends[client.answers++];
        return true;
    }

    /// The greeting is small and the socket new: it is taken as a whole.
    bool greet(int fd, Client& client) {
        const std::string request = client.said;
        if (!take_request(client)) return false;
        const std::string greeting = script_.upgrades ? upgrade_answer(request) : script_.greeting;
        if (send(fd, greeting.data(), greeting.size(), MSG_NOSIGNAL) < 0) return false;
        client.greeted = true;
        if (script_.repeats) return true;
        client.held = true;
        held_.push_back(fd);
        quiet_since_ns_ = now_ns();
        return false;
    }

    /// False if none has come as a whole.
    bool take_request(Client& client) {
        const auto end = client.said.find(script_.request_end);
        if (end == std::string::npos) return false;
        client.said.erase(0, end + script_.request_end.size());
        return true;
    }

    /// Whether the client has been given everything. It is left alone then.
    bool done(const Client& client) const {
        return !script_.repeats && client.answers == script_.ends.size();
    }

    const Script& script_;
    int listener_;
    int signals_ = end_signals();
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    std::vector<Client> clients_;  // by file
    std::vector<int> held_;
    std::int64_t quiet_since_ns_ = 0;
};

struct HoseOptions {
    std::string speak;
    std::size_t notifications = 65'536;
    std::string listen = "127.0.0.1:0";
    std::vector<int> cpus;
};

void run_hose(const HoseOptions& options, const Address& address) {
    pin_to_cpus(options.cpus);
    raise_file_limit();
    const Script script = make_script(options.speak, options.notifications);
    boost::asio::io_context never_run;
    auto acceptor = listen_on(never_run, address);
    Hose hose{script, acceptor.native_handle()};
    print_listening(acceptor);
    hose.run();
}

}  // namespace
}  // namespace pushbench

int main(int argc, char** argv) {
    using namespace pushbench;
    HoseOptions options;
    CLI::App app{"Sends as fast as one core can: finds where a load generator is full.", "floor_hose"};
    app.add_option("--speak", options.speak, "How clients are spoken to")
        ->required()
        ->check(CLI::IsMember({"lines", "sse", "websocket", "long-poll", "short-poll"}));
    app.add_option("--notifications", options.notifications, "How many each client gets, at most")
        ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}))
        ->capture_default_str();
    app.add_option("--listen", options.listen, "Where clients connect; port 0 picks a free one")
        ->type_name("ADDRESS")
        ->capture_default_str();
    app.add_option("--cpus", options.cpus, "CPUs to run on, such as 0")->delimiter(',')->type_name("LIST");
    return run_program(app, argc, argv, [&options] {
        run_hose(options, address_of("--listen", options.listen, "127.0.0.1:0"));
    });
}
