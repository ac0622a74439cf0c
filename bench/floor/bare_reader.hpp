#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "process/options.hpp"

namespace pushbench {

/// How clients of one transport begin.
struct Speech {
    std::string request;
    std::string_view greeting;  // begins the answer to it; empty: there is none
    bool asks_again = false;
};

/// The clients of floor_reader: connects them, then only reads.
class BareReader {
 public:
    /// `speak` is `lines`, `sse`, `websocket` or `long-poll`; `discard` lets the kernel drop what comes.
    BareReader(const std::string& speak, const std::string& target, const Address& address, bool discard);

    /// Until each of so many connections has been answered.
    void connect(std::size_t connections);
    /// The loop that is measured.
    void read_for(double seconds);

    std::uint64_t reads() const { return reads_; }
    std::uint64_t bytes() const { return bytes_; }
    std::size_t lost() const { return lost_; }

 private:
    using Events = std::array<epoll_event, 512>;
    int wait(Events& events);
    void watch(int fd, std::uint32_t who);
    void set_timer(double seconds);
    void open_one();
    void choose_source(int fd);
    void on_greeting(std::uint32_t who);
    void on_readable(std::uint32_t who);
    void ask_again(int fd, std::string_view answer, std::string_view mark);

    const Speech speech_;
    const std::string target_;
    const boost::asio::ip::tcp::endpoint server_;
    const bool discard_;
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    int timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    std::string ask_head_, ask_tail_, request_;
    std::vector<int> clients_;
    std::vector<bool> greeted_;
    std::size_t answered_ = 0;
    std::size_t lost_ = 0;
    std::uint64_t reads_ = 0;
    std::uint64_t bytes_ = 0;
    char* nowhere_ = nullptr;
    std::vector<char> buffer_;
};

}  // namespace pushbench
