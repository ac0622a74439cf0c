#include "bench/floor/bare_reader.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <stdexcept>
#include <system_error>

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

void say(int fd, std::string_view text) {
    send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace

BareReader::BareReader(const std::string& speak, const std::string& target, const Address& address,
                       bool discard)
    : speech_(speech_of(speak, target)),
      target_(target),
      server_(boost::asio::ip::make_address(address.host), address.port),
      discard_(discard),
      buffer_(kBufferBytes) {
    // Put together once: a request for each answer costs the cursor's bytes and no more.
    ask_head_ = "GET /poll?topic=default&after=";
    ask_tail_ = "&wait=25s HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
    watch(timer_, kTimer);
}

void BareReader::connect(std::size_t connections) {
    clients_.reserve(connections);
    Events events;
    while (answered_ < connections) {
        while (clients_.size() < connections && clients_.size() - answered_ < kUnanswered) open_one();
        if (answered_ == connections) return;
        const int ready = wait(events);
        for (int i = 0; i < ready; ++i) {
            const std::uint32_t who = events[static_cast<std::size_t>(i)].data.u32;
            if (greeted_[who])
                on_readable(who);
            else
                on_greeting(who);
        }
    }
}

void BareReader::read_for(double seconds) {
    set_timer(seconds);
    Events events;
    for (bool over = false; !over;) {
        const int ready = wait(events);
        for (int i = 0; i < ready; ++i) {
            const std::uint32_t who = events[static_cast<std::size_t>(i)].data.u32;
            if (who == kTimer)
                over = true;  // and the others of this turn are still read: they are told of once
            else
                on_readable(who);
        }
    }
}

int BareReader::wait(Events& events) {
    return epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
}

void BareReader::watch(int fd, std::uint32_t who) {
    epoll_event event{};
    // By edges: by levels, each wait would look once more at what was just emptied.
    event.events = EPOLLIN | EPOLLET;
    event.data.u32 = who;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("cannot watch a file");
}

/// Once, and for no time at all as soon as can be: 0 would disarm it.
void BareReader::set_timer(double seconds) {
    const auto ns = std::max<std::int64_t>(1, std::llround(seconds * 1e9));
    itimerspec once{};
    once.it_value = {ns / 1'000'000'000, ns % 1'000'000'000};
    timerfd_settime(timer_, 0, &once, nullptr);
}

/// On loopback a blocking connect() returns at once while the backlog has room.
void BareReader::open_one() {
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
    greeted_.push_back(speech_.greeting.empty());
    if (speech_.greeting.empty()) ++answered_;
}

/// The first ones leave it to the kernel; the others come from 127.0.0.2 and on, if that is where we are.
void BareReader::choose_source(int fd) {
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

void BareReader::on_greeting(std::uint32_t who) {
    const int fd = clients_[who];
    const ssize_t n = recv(fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    const std::string_view said{buffer_.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
    if (!said.starts_with(speech_.greeting))
        throw std::runtime_error(target_ + " answered '" + std::string{said.substr(0, said.find('\r'))} +
                                 "', expected " + std::string{speech_.greeting});
    greeted_[who] = true;
    ++answered_;
    if (speech_.asks_again) ask_again(fd, said, "Cursor: ");
}

void BareReader::on_readable(std::uint32_t who) {
    const int fd = clients_[who];
    ssize_t n = 0;
    do {
        n = discard_ ? recv(fd, nowhere_, kDiscardBytes, MSG_TRUNC | MSG_DONTWAIT)
                     : recv(fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (n <= 0) {
            ++lost_;
            ::close(fd);
            return;
        }
        ++reads_;
        bytes_ += static_cast<std::size_t>(n);
        if (speech_.asks_again)
            ask_again(fd, {buffer_.data(), static_cast<std::size_t>(n)}, R"({"cursor":")");
        // Where the buffer was filled there may be more, of which nothing else would tell.
    } while (!discard_ && static_cast<std::size_t>(n) == buffer_.size());
}

/// The cursor has to move on, and no more than that is read. The first piece of an answer has it; one behind
/// it, if there is any, has no mark and is passed over.
void BareReader::ask_again(int fd, std::string_view answer, std::string_view mark) {
    const auto at = answer.find(mark);
    if (at == std::string_view::npos) return;
    const std::string_view rest = answer.substr(at + mark.size());
    request_.assign(ask_head_);
    request_.append(rest.substr(0, rest.find_first_of("\"\r")));
    request_.append(ask_tail_);
    say(fd, request_);
}

}  // namespace pushbench
