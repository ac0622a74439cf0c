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
    : options(options_),
      upstream(upstream_),
      io(1),
      timers(io),
      poller(io),
      // Woken from the reactor, not from inside publish(): what is due together leaves together, in one
      // write.
      hub(options_.history, [this] { boost::asio::post(io, [this] { hub.wake(); }); }) {}

// While all that they lean on is still there.
Shard::~Shard() {
    sessions_.clear_and_dispose([](Session* session) { session->destroy(); });
    bury();
}

void Shard::retire(Session& session) {
    session.unlink();
    if (retired_.empty()) boost::asio::post(io, [this] { bury(); });
    retired_.push_back(session);
}

void Shard::bury() {
    SessionList retired;  // what retires meanwhile has its own turn
    retired.swap(retired_);
    retired.clear_and_dispose([](Session* session) { session->destroy(); });
}

}  // namespace pushbench
