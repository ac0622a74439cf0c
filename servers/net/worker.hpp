#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>
#include <string_view>

#include "net/counters.hpp"
#include "net/poller.hpp"
#include "net/server_options.hpp"
#include "net/timer_queue.hpp"
#include "notify/broker.hpp"
#include "notify/hub.hpp"

namespace pushbench {

class Worker;
class ClientPublisher;

/// One client's connection, in whatever state. Its worker owns it, from its first moment until it is reaped.
class Session
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
    explicit Session(Worker& worker);
    virtual ~Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Begins to read. One that takes its socket over from another has begun already.
    virtual void begin() {}
    /// The server ends: say goodbye as the protocol does, then close.
    virtual void shut_down() = 0;
    /// Close now.
    virtual void close() = 0;

 protected:
    /// How long a connection that has said goodbye waits for its client to close first: closing with unread
    /// bytes would reset it, and could destroy what is on its way.
    static constexpr std::int64_t kLingerNs = 1'000'000'000;

    /// It has closed, or handed its socket on: it is destroyed once the reactor is back in its loop. Until
    /// then whoever is up the stack may still use it.
    void reap_later();
    Worker& worker_;

 private:
    friend class Worker;
    /// The worker lets go of it. A library that still holds it ends it later.
    virtual void destroy() { delete this; }
};

/// One reactor thread and all that it owns, a replica of every log among it. Between workers only immutable
/// entries are shared; everything else is reached by posting to `io`.
class Worker final : public Replica {
 public:
    /// `epoch` is the life that the source is in; `calls` are what the sockets are made of.
    Worker(const ServerOptions& options, const Epoch& epoch, ClientPublisher& client_publisher,
           const SocketCalls& calls = kKernelCalls);
    ~Worker();

    // Replica; from any thread.
    void append(const std::string& topic, EntryPtr entry) override;
    void forget(const std::string& topic, std::uint64_t base) override;
    void skip(const std::string& topic, std::uint64_t base, bool lost) override;

    /// Every session that has not closed. An action may end the session it is called for, but no other.
    template <class Action>
    void for_each_session(Action action) {
        for (auto next = sessions_.begin(); next != sessions_.end();) action(*next++);
    }

    /// Counts a client that was refused, and logs why; where there are many, some of them. `why` has nothing
    /// in it that the client said.
    void refused(Reason reason, std::string_view why);

    const ServerOptions& options;
    ClientPublisher& client_publisher;
    Counters counters;  // before `io`, whose last handlers still count
    boost::asio::io_context io;
    TimerQueue timers;
    Poller poller;
    Hub hub;
    /// Every read of this thread lands here first: an idle connection holds no buffer.
    std::array<char, 64 * 1024> read_buffer;

 private:
    friend class Session;
    using SessionList = boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>>;

    void reap_later(Session& session);
    void reap();

    SessionList sessions_;
    SessionList to_reap_;
    std::int64_t logged_since_ns_ = 0;
    std::uint64_t logged_ = 0;  // since then
};

/// Where a client's own message goes. Callable from every worker's thread.
class ClientPublisher {
 public:
    virtual void publish_from_client(std::string topic, std::string payload) = 0;

 protected:
    ~ClientPublisher() = default;
};

}  // namespace pushbench
