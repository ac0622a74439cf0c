#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "source/jetstream/attempt.hpp"
#include "source/jetstream/message.hpp"
#include "source/jetstream/stream_shape.hpp"

namespace pushbench::jetstream {

/// What a link is told.
struct LinkOptions {
    std::vector<std::string> servers;
    std::string stream;
    bool tls = false;
    std::string credentials_file{};
    std::string token{};  ///< or `user:password`
    std::string ca_file{};
    bool create = false;
    std::int64_t history = 1024;  ///< of a stream that it makes: messages of each subject
    std::int64_t max_age_ns = 0;  ///< the same: how long a message is kept
    std::string process{};        ///< that publications of this process are known by
};

// What a link tells, in the order in which it happened.
struct Opened {
    std::int64_t created_ns = 0;
    std::uint64_t last_stream_seq = 0;
    std::int64_t max_age_ns = 0;
    std::size_t most_payload_bytes = 0;
};
/// All has come that was there when it opened.
struct CaughtUp {
    std::uint64_t last_stream_seq = 0;
};
struct Closed {
    std::string why{};
};
/// To a try.
struct Answered {
    std::uint64_t id = 0;
    Answer answer{};
};
/// The stream waits for an answer before it goes on: what it sent so far is to be worked off first.
struct Checkpoint {
    std::string reply{};
};
/// Somebody's own NATS client wants a notification published.
struct Asked {
    std::string topic{};
    std::string payload{};
    std::string reply{};
};
/// The NATS server has forbidden something, or complains: the connection goes on.
struct Complained {
    std::string why{};
};
/// It will never work.
struct Failed {
    std::string why{};
};
using Event =
    std::variant<Opened, CaughtUp, Delivered, Closed, Answered, Checkpoint, Asked, Complained, Failed>;

class Session;

/// The connection to a NATS server and the one consumer on it, with threads of its own: nothing of the
/// library is ever called by who uses this, who cannot be held up by it. Where anything goes wrong it begins
/// anew, behind what was consumed.
class Link final : public Uplink {
 public:
    /// `on_events` is called on some thread when there is something to take; again after take().
    Link(LinkOptions options, std::function<void()> on_events);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void start();
    void stop();

    void send(Attempt attempt) override;
    /// A message without any more to it: an answer to who asked, or to a checkpoint.
    void reply(std::string subject, std::string text);
    /// From there it goes on when it begins anew.
    void set_consumed(std::uint64_t stream_seq);
    std::vector<Event> take();

 private:
    struct Reply {
        std::string subject;
        std::string text;
    };
    using Outgoing = std::variant<Attempt, Reply>;

    void run();
    void queue(Outgoing outgoing);
    void tell(Event event);
    void wake();
    bool serve(Session& session);

    const LinkOptions options_;
    const std::function<void()> on_events_;
    std::thread thread_;

    std::mutex mutex_;  // of all below
    std::condition_variable changed_;
    std::vector<Outgoing> outgoing_;
    std::vector<Event> events_;
    std::uint64_t consumed_ = 0;
    bool is_woken_ = false;
    bool stopped_ = false;
};

}  // namespace pushbench::jetstream
