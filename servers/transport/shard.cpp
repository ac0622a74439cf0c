#include "transport/shard.hpp"

#include <boost/asio/post.hpp>

namespace pushbench {

Session::Session(Shard& shard) : shard_(shard) {
    shard.sessions.push_back(*this);
}

Shard::Shard(const ServerOptions& options_, Upstream& upstream_)
    : io(1),
      options(options_),
      upstream(upstream_),
      timers(io),
      // Woken from the reactor, not from inside publish(): what is due together leaves together, in one
      // write.
      hub(options_.history, [this] { boost::asio::post(io, [this] { hub.wake(); }); }) {}

}  // namespace pushbench
