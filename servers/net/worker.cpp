#include "net/worker.hpp"

#include <boost/asio/post.hpp>

namespace pushbench {

Session::Session(Worker& worker) : worker_(worker) {
    worker.sessions_.push_back(*this);
}

void Session::reap_later() {
    worker_.reap_later(*this);
}

Worker::Worker(const ServerOptions& options_, ClientPublisher& client_publisher_)
    : options(options_),
      client_publisher(client_publisher_),
      io(1),
      timers(io),
      poller(io),
      // Woken from the reactor, not from inside publish(): what is due together leaves together, in one
      // write.
      hub(options_.history, [this] { boost::asio::post(io, [this] { hub.wake(); }); }) {}

// While all that they lean on is still there.
Worker::~Worker() {
    sessions_.clear_and_dispose([](Session* session) { session->destroy(); });
    reap();
}

void Worker::reap_later(Session& session) {
    session.unlink();
    if (to_reap_.empty()) boost::asio::post(io, [this] { reap(); });
    to_reap_.push_back(session);
}

void Worker::reap() {
    SessionList closed;  // what closes meanwhile has its own turn
    closed.swap(to_reap_);
    closed.clear_and_dispose([](Session* session) { session->destroy(); });
}

}  // namespace pushbench
