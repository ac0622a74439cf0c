#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "net/counters.hpp"
#include "net/poller.hpp"

namespace pushbench {

/// How a read or a write went that does not wait.
enum class Io : std::uint8_t { done, would_block, closed };

struct IoResult {
    Io state = Io::done;
    std::size_t bytes = 0;
};

/// A connected TCP socket that never blocks, and knows from its poller whether a try is worth a system call.
/// It reads and writes by its poller's calls, so once it is watched.
class Socket {
 public:
    /// A client that sends without a pause is read so often, then others have their turn. Twice, since what
    /// comes in one piece and ends there takes two.
    static constexpr int kMostReads = 2;

    Socket() = default;
    /// Takes over a connected, non-blocking file that nobody watches yet. While it is open, `gauge` counts
    /// it.
    explicit Socket(int fd, Gauge* gauge = nullptr) : count_guard_(gauge), fd_(fd) {}
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) = delete;
    ~Socket() { close(); }

    /// False where the kernel refuses.
    bool watch(Poller& poller, Pollable& owner);
    /// Another owner of the same thread. What had become readable until then stays so.
    void hand_over(Pollable& owner) { poller_->hand_over(fd_, owner); }
    /// The bare file, watched by nobody. The socket is then closed here.
    int release();
    /// Whoever released it counts on.
    CountGuard take_count() { return std::move(count_guard_); }

    /// Notes what the poller says. True if there is room to write again where there was none.
    bool note(std::uint32_t events);
    bool is_open() const { return fd_ >= 0; }
    /// There may be something to read, or an end to be seen.
    bool readable() const { return readable_; }
    /// The last write was cut short, and there is no room yet.
    bool blocked() const { return blocked_; }
    /// There may be more to read, but others want their turn: the poller will tell again.
    void ask_again() { poller_->ask_again(fd_); }

    /// `closed`, with 0 bytes, at the end of the stream and on any error.
    IoResult read_some(std::span<char> into);
    IoResult write_some(std::string_view bytes);
    /// Gathered, by one system call: at most IOV_MAX pieces.
    IoResult write_some(std::span<iovec> pieces, std::size_t size_bytes);
    void shutdown_send() const;
    void close();

 private:
    IoResult written(ssize_t count, std::size_t of_bytes);

    Poller* poller_ = nullptr;
    CountGuard count_guard_;
    int fd_ = -1;
    bool readable_ = false;
    bool ended_ = false;  // the peer has sent its last: read on until that is seen
    bool blocked_ = false;
};

}  // namespace pushbench
