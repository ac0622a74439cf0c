#include "net/worker.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <string>
#include <utility>

#include "net/logging.hpp"
#include "notify/clock.hpp"

namespace pushbench {
namespace {

/// Of refusals: whoever is refused a thousand times a second must not fill the disk.
constexpr std::uint64_t kMostLogged = 5;
constexpr std::int64_t kLogPeriodNs = 10'000'000'000;

HubLimits hub_limits(const ServerOptions& options) {
    return {{options.history, options.history_bytes}, options.all_history_bytes};
}

}  // namespace

Session::Session(Worker& worker) : worker_(worker) {
    worker.sessions_.push_back(*this);
}

void Session::reap_later() {
    worker_.reap_later(*this);
}

Worker::Worker(const ServerOptions& options_, const Epoch& epoch, ClientPublisher& client_publisher_,
               const SocketCalls& calls)
    : options(options_),
      client_publisher(client_publisher_),
      io(1),
      timers(io),
      poller(io, calls),
      // Woken from the reactor, not from inside publish(): what is due together leaves together, in one
      // write.
      hub(hub_limits(options_), epoch, [this] { boost::asio::post(io, [this] { hub.wake(); }); }) {}

void Worker::append(const std::string& topic, EntryPtr entry) {
    if (!io.get_executor().running_in_this_thread()) {
        boost::asio::post(io, [this, topic, entry = std::move(entry)] { append(topic, entry); });
        return;
    }
    counters.notifications.add(1);
    hub.append(topic, std::move(entry));
}

void Worker::forget(const std::string& topic, std::uint64_t base) {
    boost::asio::dispatch(io, [this, topic, base] { hub.forget(topic, base); });
}

void Worker::skip(const std::string& topic, std::uint64_t base, bool lost) {
    boost::asio::dispatch(io, [this, topic, base, lost] { hub.skip(topic, base, lost); });
}

// While all that they lean on is still there.
Worker::~Worker() {
    sessions_.clear_and_dispose([](Session* session) { session->destroy(); });
    reap();
}

void Worker::refused(Reason reason, std::string_view why) {
    counters.refusals[static_cast<std::size_t>(reason)].add(1);
    const std::int64_t now = coarse_now_ns();
    if (logged_since_ns_ == 0 || now >= logged_since_ns_ + kLogPeriodNs) {
        if (logged_ > kMostLogged)
            log(options, LogLevel::info,
                "refused " + std::to_string(logged_ - kMostLogged) + " more, see /metrics");
        logged_since_ns_ = now;
        logged_ = 0;
    }
    if (logged_++ < kMostLogged) log(options, LogLevel::info, "refused: " + std::string{why});
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
