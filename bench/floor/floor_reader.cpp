// The barest client one can write: what reading costs when nothing is looked at. One thread, one epoll, a
// ready-made request for each connection, then only recv() into one buffer. The load generator is held
// against it. With --discard the kernel drops the bytes without a copy: a sink that only drains.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "notify/clock.hpp"
#include "transport/listener.hpp"
#include "transport/process.hpp"

namespace pushbench {
namespace {

/// Fewer than any listener's backlog holds: who overruns it waits a second for TCP to try again.
constexpr std::size_t kUnanswered = 256;
constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::uint32_t kTimer = UINT32_MAX;
/// From one address. The kernel looks for a free port among half of some 28,000 first, one by one: past
/// 14,000 connections each of them would cost a walk over all of these.
constexpr std::size_t kPerAddress = 10'000;
/// Where the kernel drops the bytes, no buffer bounds how many.
constexpr std::size_t kDiscardBytes = 1 << 30;

/// How clients of one transport begin.
struct Speech {
    std::string request;
    std::string_view greeting;  // begins the answer to it; empty: there is none
    bool asks_again = false;
};

Speech speech_of(const std::string& speak, const std::string& target) {
    const std::string host = " HTTP/1.1\r\nHost: " + target + "\r\n";
    if (speak == "sse")
        return {"GET /events?topic=default" + host + "Accept: text/event-stream\r\n\r\n", "HTTP/1.1 200"};
    if (speak == "websocket")
        return {"GET /ws?topic=default" + host +
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                "HTTP/1.1 101"};
    if (speak == "long-poll") return {"GET /poll?topic=default" + host + "\r\n", "HTTP/1.1 204", true};
    return {"default\n", {}};
}

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::generic_category().message(errno));
}

double thread_cpu_s() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double rounded(double seconds) {
    return std::round(seconds * 1e9) / 1e9;
}

class Reader {
 public:
    Reader(const std::string& speak, const std::string& target, const Address& address, bool discard)
        : speech_(speech_of(speak, target)),
          target_(target),
          server_(boost::asio::ip::make_address(address.host), address.port),
          discard_(discard) {
        // Put together once: a request for each answer costs the cursor's digits and no more.
        ask_head_ = "GET /poll?topic=default&after=";
        ask_tail_ = "&wait=25s HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
        watch(timer_, kTimer);
    }

    /// Until each of so many connections has been answered.
    void connect(std::size_t connections) {
        clients_.reserve(connections);
        std::array<epoll_event, 512> events;
        while (answered_ < connections) {
            while (clients_.size() < connections && clients_.size() - answered_ < kUnanswered) open_one();
            if (answered_ == connections) return;
            const int ready = wait(events);
            for (int i = 0; i < ready; ++i) greeted(events[static_cast<std::size_t>(i)].data.u32);
        }
    }

    /// The loop that is measured.
    void read_for(double seconds) {
        set_timer(seconds);
        std::array<epoll_event, 512> events;
        for (;;) {
            const int ready = wait(events);
            for (int i = 0; i < ready; ++i) {
                const std::uint32_t who = events[static_cast<std::size_t>(i)].data.u32;
                if (who == kTimer) return;
                on_readable(who);
            }
        }
    }

    std::uint64_t reads() const { return reads_; }
    std::uint64_t bytes() const { return bytes_; }
    std::size_t lost() const { return lost_; }

 private:
    template <std::size_t N>
    int wait(std::array<epoll_event, N>& events) {
        return epoll_wait(epoll_, events.data(), N, -1);
    }

    void watch(int fd, std::uint32_t who) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u32 = who;
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("cannot watch a file");
    }

    /// Once, and for no time at all as soon as can be: 0 would disarm it.
    void set_timer(double seconds) {
        const auto ns = std::max<std::int64_t>(1, std::llround(seconds * 1e9));
        itimerspec once{};
        once.it_value = {ns / 1'000'000'000, ns % 1'000'000'000};
        timerfd_settime(timer_, 0, &once, nullptr);
    }

    /// On loopback a blocking connect() returns at once while the backlog has room.
    void open_one() {
        const int fd = socket(server_.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0) fail("cannot open connection " + std::to_string(clients_.size() + 1));
        choose_source(fd);
        if (::connect(fd, server_.data(), static_cast<socklen_t>(server_.size())) != 0)
            fail("cannot connect to " + target_);
        const int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        say(fd, speech_.request);
        watch(fd, static_cast<std::uint32_t>(clients_.size()));
        clients_.push_back(fd);
        if (speech_.greeting.empty()) ++answered_;
    }

    /// The first ones leave it to the kernel; the others come from 127.0.0.2 and on, if that is where we are.
    void choose_source(int fd) {
        const std::size_t which = clients_.size() / kPerAddress;
        if (which == 0 || !server_.address().is_v4() || !server_.address().is_loopback()) return;
        const int on = 1;
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        sockaddr_in source{};
        source.sin_family = AF_INET;
        source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + static_cast<std::uint32_t>(which));
        if (bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0)
            fail("cannot connect from another address of 127.0.0.0/8");
    }

    static void say(int fd, std::string_view text) { send(fd, text.data(), text.size(), MSG_NOSIGNAL); }

    void greeted(std::uint32_t who) {
        const int fd = clients_[who];
        const ssize_t n = recv(fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        const std::string_view said{buffer_.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
        if (!said.starts_with(speech_.greeting))
            throw std::runtime_error(target_ + " answered '" + std::string{said.substr(0, said.find('\r'))} +
                                     "', expected " + std::string{speech_.greeting});
        ++answered_;
        if (speech_.asks_again) ask_again(fd, said, "Cursor: ");
    }

    void on_readable(std::uint32_t who) {
        const int fd = clients_[who];
        const ssize_t n = discard_ ? recv(fd, nowhere_, kDiscardBytes, MSG_TRUNC | MSG_DONTWAIT)
                                   : recv(fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (n <= 0) {
            ++lost_;
            ::close(fd);
            return;
        }
        ++reads_;
        bytes_ += static_cast<std::size_t>(n);
        if (speech_.asks_again) ask_again(fd, {buffer_.data(), static_cast<std::size_t>(n)}, R"({"cursor":)");
    }

    /// The cursor has to move on, and no more than that is read. An answer comes in one piece on loopback;
    /// one that did not would end the test's count short.
    void ask_again(int fd, std::string_view answer, std::string_view mark) {
        const auto at = answer.find(mark);
        if (at == std::string_view::npos) return;
        const std::string_view rest = answer.substr(at + mark.size());
        request_.assign(ask_head_);
        request_.append(rest.substr(0, rest.find_first_not_of("0123456789")));
        request_.append(ask_tail_);
        say(fd, request_);
    }

    const Speech speech_;
    const std::string target_;
    const boost::asio::ip::tcp::endpoint server_;
    const bool discard_;
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    int timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    std::string ask_head_, ask_tail_, request_;
    std::vector<int> clients_;
    std::size_t answered_ = 0;
    std::size_t lost_ = 0;
    std::uint64_t reads_ = 0;
    std::uint64_t bytes_ = 0;
    char* nowhere_ = nullptr;
    std::vector<char> buffer_ = std::vector<char>(kBufferBytes);
};

struct ReaderOptions {
    std::string speak;
    std::string target;
    std::size_t connections = 1000;
    double warmup_s = 0;
    double seconds = 1;
    std::vector<int> cpus;
    bool discard = false;
};

void print(const boost::json::object& line) {
    std::cout << boost::json::serialize(line) << std::endl;
}

void run_reader(const ReaderOptions& options, const Address& address) {
    pin_to_cpus(options.cpus);
    raise_file_limit();
    Reader reader{options.speak, options.target, address, options.discard};
    const std::int64_t begin_ns = now_ns();
    const double begin_cpu_s = thread_cpu_s();
    reader.connect(options.connections);
    const double connect_s = static_cast<double>(now_ns() - begin_ns) / 1e9;
    print({{"connected", options.connections},
           {"connect_s", rounded(connect_s)},
           {"connect_cpu_s", rounded(thread_cpu_s() - begin_cpu_s)}});
    if (options.warmup_s > 0) reader.read_for(options.warmup_s);
    const std::uint64_t reads = reader.reads(), bytes = reader.bytes();
    const double cpu_s = thread_cpu_s();
    reader.read_for(options.seconds);
    print({{"seconds", options.seconds},
           {"cpu_s", rounded(thread_cpu_s() - cpu_s)},
           {"reads", reader.reads() - reads},
           {"bytes", reader.bytes() - bytes},
           {"lost", reader.lost()}});
}

void add_options(CLI::App& app, ReaderOptions& options) {
    app.add_option("--speak", options.speak, "What the server speaks")
        ->required()
        ->check(CLI::IsMember({"lines", "sse", "websocket", "long-poll"}));
    app.add_option("--target", options.target, "Address of the server")->required()->type_name("ADDRESS");
    app.add_option("--connections", options.connections, "How many")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
        ->capture_default_str();
    app.add_option("--warmup", options.warmup_s, "Seconds between the last connection and the window")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    app.add_option("--seconds", options.seconds, "Length of the window")
        ->check(CLI::Range(0.0, 3600.0))
        ->capture_default_str();
    app.add_option("--cpus", options.cpus, "CPUs to run on, such as 1")->delimiter(',')->type_name("LIST");
    app.add_flag("--discard", options.discard, "Let the kernel drop the bytes: drain, and do not even copy");
}

}  // namespace
}  // namespace pushbench

int main(int argc, char** argv) {
    using namespace pushbench;
    ReaderOptions options;
    CLI::App app{"The barest client: what a load generator costs at the very least.", "floor_reader"};
    add_options(app, options);
    app.footer("Prints a JSON line when all are connected, and one at the end of the window.");
    try {
        app.parse(argc, argv);
        const auto address = parse_address(options.target);
        if (!address)
            throw CLI::ValidationError("--target", "'" + options.target +
                                                       "' is not valid, expected an address such as "
                                                       "127.0.0.1:8080");
        if (options.discard && options.speak == "long-poll")
            throw CLI::ValidationError("--discard", "is for streams: a long poll has to read its cursor");
        run_reader(options, *address);
        return 0;
    } catch (const CLI::Success& success) {
        return app.exit(success);
    } catch (const CLI::ParseError& error) {
        std::cerr << "floor_reader: " << error.what() << " (see --help)\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "floor_reader: " << error.what() << "\n";
        return 1;
    }
}
