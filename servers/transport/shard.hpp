#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <memory>

#include "notify/hub.hpp"
#include "transport/counters.hpp"
#include "transport/options.hpp"
#include "transport/timer_queue.hpp"

namespace pushbench {

class Shard;
class Upstream;

/// One client's connection, in whatever state. It lives as long as a handler of its reactor holds it.
class Session
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>,
      public std::enable_shared_from_this<Session> {
 public:
    explicit Session(Shard& shard);
    virtual ~Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// The server ends: say goodbye as the protocol does, then close.
    virtual void shut_down() = 0;
    /// Close now.
    virtual void close() = 0;

 protected:
    Shard& shard_;
};

/// One reactor thread and all that it owns. Between shards only immutable entries are shared; everything else
/// is reached by posting to `io`.
class Shard {
 public:
    Shard(const ServerOptions& options, Upstream& upstream);

    boost::asio::io_context io;
    const ServerOptions& options;
    Upstream& upstream;
    Counters counters;
    TimerQueue timers;
    Hub hub;
    boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>> sessions;
    /// Every read of this thread lands here first: an idle connection holds no buffer.
    std::array<char, 64 * 1024> read_buffer;
};

/// Where a client's own message goes. Callable from every shard's thread.
class Upstream {
 public:
    virtual void publish_from_client(std::string topic, std::string payload) = 0;

 protected:
    ~Upstream() = default;
};

}  // namespace pushbench
