#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "http/query.hpp"
#include "net/worker.hpp"
#include "stream/outbox.hpp"

namespace pushbench {

/// How long a stream stays silent at most, and how long its client may take or answer nothing. 0: for ever.
struct Pace {
    std::int64_t heartbeat_ns = 0;
    std::int64_t idle_timeout_ns = 0;
};

/// A stream of notifications to one client, after its handshake, without a socket: what the client sends goes
/// in, what is to leave comes out in its order, and it says when it wants to be looked at. What SSE and
/// WebSocket have in common is here; what they differ in is below, as `virtual`.
class Stream {
 public:
    /// `first` leaves first, then it follows what is wanted, and `owner` is woken. How many gaps it tells of.
    std::size_t begin(std::string_view first, Hub& hub, Subscriber& owner, const Wanted& wanted,
                      std::int64_t now_ns);
    /// The client sent something. It may be changed in place. `worker` is whom a protocol may ask to publish.
    virtual void on_bytes(std::span<char> bytes, Worker& worker) = 0;

    // What is to leave; see Outbox.
    /// Tells of what its cursors have lost since. How many gaps that were.
    std::size_t tell_gaps() { return outbox_.reader().has_gap() ? tell_all_gaps() : 0; }
    Outbox::Gathered gather(Outbox::Buffers& buffers);
    std::size_t advance(std::size_t written_bytes, const Outbox::Buffers& buffers,
                        const Outbox::Gathered& gathered, std::int64_t now_ns) {
        last_write_ns_ = now_ns;
        return outbox_.advance(written_bytes, buffers, gathered);
    }
    /// There are bytes of its own to leave, or nothing more to come.
    bool wants_out() const { return outbox_.own_bytes() > 0 || finishing_; }
    /// A client that sends pings and takes no pongs must not fill the memory: it is then not read on. What it
    /// sent until then, one read at most, is answered all the same.
    bool wants_in() const { return outbox_.own_bytes() <= kMostOwnBytes; }

    // Its end.
    /// Says goodbye as the protocol does.
    void end() { finish(goodbye()); }
    /// Once what is left is out, it is over.
    bool is_finishing() const { return finishing_; }
    /// Follows nothing any more.
    void stop() { outbox_.stop_entries(); }

    // Time. `is_blocked`: the client takes nothing at the moment.
    bool is_gone(std::int64_t now_ns, const Pace& pace, bool is_blocked) const;
    /// Where it has been silent for too long: a heartbeat is to leave.
    bool break_silence(std::int64_t now_ns, const Pace& pace);
    /// When to look again, by the two above; between two looks nothing needs to be timed, so that a busy
    /// stream pays nothing for it. INT64_MAX: never.
    std::int64_t next_look_ns(std::int64_t now_ns, const Pace& pace, bool is_blocked) const;

 protected:
    ~Stream() = default;

    /// How entries are framed. Without an encoder where this client gets them with words of its own in them,
    /// as copy_of() makes them, and not the bytes that all get.
    virtual Framing framing() const = 0;
    virtual std::string encode_gap(const Gap& gap) const = 0;
    /// Bytes that mean nothing to the application.
    virtual std::string_view heartbeat(std::int64_t now_ns) = 0;
    /// How the protocol says that the server ends.
    virtual std::string goodbye() const = 0;
    /// Whether the client has answered what it has to, in time.
    virtual bool is_answered(std::int64_t /*now_ns*/, std::int64_t /*timeout_ns*/) const { return true; }
    /// An entry as this client gets it, whose cursors are past it already.
    virtual std::string copy_of(const Entry& /*entry*/) const { return {}; }

    /// Queues bytes of the protocol's own, to leave as soon as the frame before them is out.
    void send(std::string_view bytes);
    /// The same, then nothing more.
    void finish(std::string_view bytes);
    const Reader& reader() const { return outbox_.reader(); }

 private:
    static constexpr std::size_t kMostOwnBytes = 16 * 1024;

    std::size_t tell_all_gaps();
    void copy_entries();

    Outbox outbox_;
    std::int64_t last_write_ns_ = 0;
    bool finishing_ = false;
};

}  // namespace pushbench
