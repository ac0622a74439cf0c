#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/query.hpp"
#include "net/socket.hpp"
#include "net/worker.hpp"
#include "stream/outbox.hpp"

namespace pushbench {

/// A stream of notifications to one client, after its handshake. What SSE and WebSocket have in common, which
/// is everything but the frames and what the client may say.
///
/// Every wake-up tries a non-blocking gathered write in place; only what the kernel did not take waits for
/// writability. An idle stream holds no buffer: what comes is read into the thread's one buffer. What one
/// read brings is answered by one write, and a client that takes no answers is read no further.
class StreamSession : public Session, protected Subscriber, private Pollable, private Timer {
 public:
    /// `socket` is one that the worker's poller watches already.
    StreamSession(Worker& worker, Socket socket);

    /// Sends `head`, then follows what is wanted. `rest` is what the client sent behind its request.
    void start(std::string_view head, const Wanted& wanted, std::string rest);
    void shut_down() override;
    void close() override;

 protected:
    /// The protocol's part: how entries are framed, and all else that it says. Without an encoder where this
    /// client gets them with words of its own in them, as copy_of() makes them, and not the bytes that all
    /// get.
    virtual Framing framing() const = 0;
    virtual std::string encode_gap(const Gap& gap) const = 0;
    /// Bytes that mean nothing to the application, sent when the stream has been silent for --heartbeat.
    virtual std::string_view heartbeat(std::int64_t now_ns) = 0;
    /// How the protocol says that the server ends.
    virtual std::string goodbye() const = 0;
    /// The client sent something. It may be changed in place.
    virtual void on_bytes(std::span<char> bytes) = 0;
    /// Asked from time to time. False closes the stream: the client has been silent for too long.
    virtual bool alive(std::int64_t /*now_ns*/) { return true; }
    /// An entry as this client gets it, whose cursors are past it already.
    virtual std::string copy_of(const Entry& /*entry*/) const { return {}; }

    /// Queues bytes of the protocol's own and sends them as soon as the frame before them is out.
    void send(std::string_view bytes);
    /// Sends `bytes`, then nothing more, and closes once they are out and the client has closed.
    void finish(std::string_view bytes);
    const Reader& reader() const { return outbox_.reader(); }

 private:
    void wake() final;
    void flush();
    std::size_t write_some();
    void take(std::span<char> bytes);
    bool may_read() const;
    void watch_again();
    void copy_entries();
    void account_for(std::size_t written_bytes, std::size_t deliveries);
    void give_up_later();
    void on_events(std::uint32_t events) final;
    void read();
    void on_timer() final;
    void arm_check(std::int64_t due_ns);
    void linger();

    CountGuard count_guard_;
    Socket socket_;
    Outbox outbox_;
    std::int64_t last_write_ns_ = 0;
    std::int64_t check_period_ns_ = 0;  // 0: neither heartbeat nor timeout
    bool corked_ = false;               // what was read is being answered: it leaves together
    bool has_more_ = false;             // its turn was over before all was written
    bool finishing_ = false;            // sends what is queued, then ends
    bool lingering_ = false;            // waits for the client to close
    bool closed_ = false;
};

}  // namespace pushbench
