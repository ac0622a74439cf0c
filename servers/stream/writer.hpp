#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "http/query.hpp"
#include "net/socket.hpp"
#include "net/worker.hpp"
#include "stream/stream.hpp"

namespace pushbench {

/// Carries a stream over a socket. Every wake-up tries a non-blocking gathered write in place; only what the
/// kernel did not take waits for writability. An idle stream holds no buffer: what comes is read into the
/// thread's one buffer. What one read brings is answered by one write, and a client that takes no answers is
/// read no further.
class StreamWriter : public Session, private Subscriber, private Pollable, private Timer {
 public:
    /// Begins with `first`, then follows what is wanted. `rest` is what the client sent behind its request.
    void start(std::string_view first, const Wanted& wanted, std::string rest);
    void shut_down() override;
    void close() override;

 protected:
    /// `socket` is one that the worker's poller watches already.
    StreamWriter(Worker& worker, Socket socket);
    /// In the same object, so that each costs one allocation.
    virtual Stream& stream() = 0;

 private:
    Pace pace() const { return {worker_.options.heartbeat_ns, worker_.options.idle_timeout_ns}; }
    bool is_closed() const { return !socket_.is_open(); }

    void wake() final;
    void flush();
    std::size_t write_some(Stream& stream);
    void take(std::span<char> bytes);
    bool may_read();
    void give_up_later();
    void on_events(std::uint32_t events) final;
    void read();
    void on_timer() final;
    void look_again();
    void linger();

    Socket socket_;
    bool has_more_ = false;   // its turn was over before all was written
    bool lingering_ = false;  // waits for the client to close
};

/// The session of a stream of one protocol.
template <class Protocol>
class StreamSession final : public StreamWriter {
 public:
    template <class... Own>
    StreamSession(Worker& worker, Socket socket, Own&&... own)
        : StreamWriter(worker, std::move(socket)), stream_(std::forward<Own>(own)...) {}

 private:
    Stream& stream() override { return stream_; }

    Protocol stream_;
};

}  // namespace pushbench
