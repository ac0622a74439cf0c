#include "source/jetstream/link.hpp"

#include <chrono>
#include <utility>

#include "source/jetstream/session.hpp"

namespace pushbench::jetstream {
namespace {

constexpr auto kLookAgain = std::chrono::milliseconds{100};
constexpr auto kPause = std::chrono::milliseconds{300};

}  // namespace

Link::Link(LinkOptions options, std::function<void()> on_events)
    : options_(std::move(options)), on_events_(std::move(on_events)) {}

Link::~Link() {
    stop();
}

void Link::start() {
    thread_ = std::thread{[this] { run(); }};
}

void Link::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopped_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Link::queue(Outgoing outgoing) {
    bool is_first = false;
    {
        const std::lock_guard lock{mutex_};
        is_first = outgoing_.empty();
        outgoing_.push_back(std::move(outgoing));
    }
    if (is_first) changed_.notify_one();
}

void Link::send(Attempt attempt) {
    queue(std::move(attempt));
}

void Link::reply(std::string subject, std::string text) {
    queue(Reply{std::move(subject), std::move(text)});
}

void Link::set_consumed(std::uint64_t stream_seq) {
    const std::lock_guard lock{mutex_};
    consumed_ = stream_seq;
}

std::vector<Event> Link::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(events_, {});
}

void Link::tell(Event event) {
    bool is_first = false;
    {
        const std::lock_guard lock{mutex_};
        is_first = events_.empty();
        events_.push_back(std::move(event));
    }
    if (is_first) on_events_();
}

void Link::wake() {
    {
        const std::lock_guard lock{mutex_};
        is_woken_ = true;
    }
    changed_.notify_one();
}

void Link::run() {
    std::int64_t created_ns = 0;
    for (;;) {
        std::uint64_t consumed = 0;
        {
            const std::lock_guard lock{mutex_};
            if (stopped_) return;
            consumed = consumed_;
            outgoing_.clear();  // of the life before: what matters is sent again once this one has caught up
        }
        // Over by the time that anything is told of its end: so nothing of it comes later.
        try {
            Session session{options_, [this](Event event) { tell(std::move(event)); }, [this] { wake(); }};
            session.open(consumed, created_ns);
            while (serve(session)) {
            }
        } catch (const Hopeless& end) {
            return tell(Failed{end.what()});
        } catch (const std::exception& trouble) {
            tell(Closed{trouble.what()});
        }
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, kPause, [this] { return stopped_; });
    }
}

/// False once it is stopped.
bool Link::serve(Session& session) {
    std::vector<Outgoing> batch;
    {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, kLookAgain, [this] { return stopped_ || is_woken_ || !outgoing_.empty(); });
        is_woken_ = false;
        if (stopped_) return false;
        batch.swap(outgoing_);
    }
    session.look_after();
    if (batch.empty()) return true;
    for (const Outgoing& each : batch) {
        if (const auto* attempt = std::get_if<Attempt>(&each))
            session.send(*attempt);
        else if (const auto* reply = std::get_if<Reply>(&each))
            session.send(reply->subject, reply->text);
    }
    session.flush();
    return true;
}

}  // namespace pushbench::jetstream
