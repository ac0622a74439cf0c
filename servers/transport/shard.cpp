#include "transport/shard.hpp"

#include <boost/asio/post.hpp>

namespace pushbench {

Session::Session(Shard& shard) : shard_(shard) {
    shard.sessions_.push_back(*this);
}

void Session::retire() {
    shard_.retire(*this);
}

Shard::Shard(const ServerOptions& options_, Upstream& upstream_)
    : io(1),
      options(options_),
      upstream(upstream_),
      timers(io),
      poller(io),
      // Woken from the reactor, not from inside publish(): what is due together leaves together, in one
      // write.
      hub(options_.history, [this] { boost::asio::post(io, [this] { hub.wake(); }); }) {}

// While all that they lean on is still there.
Shard::~Shard() {
    const auto destroy = [](Session* session) { session->destroy(); };
    sessions_.clear_and_dispose(destroy);
    retired_.clear_and_dispose(destroy);
}

void Shard::retire(Session& session) {
    session.unlink();
    if (retired_.empty())
        boost::asio::post(
            io, [this] { retired_.clear_and_dispose([](Session* retired) { retired->destroy(); }); });
    retired_.push_back(session);
}

}  // namespace pushbench
