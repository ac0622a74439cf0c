#pragma once

#include <nats/nats.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

#include "source/jetstream/link.hpp"

namespace pushbench::jetstream {

/// It does not work now, and may work later.
struct Trouble : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// It will never work.
struct Hopeless : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One life of a connection, from the connect to the first thing that goes wrong: then it is thrown away as a
/// whole. The library calls back on threads of its own, from open() until the destructor is through.
class Session {
 public:
    /// `wake`: look_after() has something to do.
    Session(const LinkOptions& options, std::function<void(Event)> tell, std::function<void()> wake);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Connects, looks at the stream and consumes it behind `consumed`. `created_ns` is when the stream was
    /// made, as far as that is known already. Throws Trouble or Hopeless.
    void open(std::uint64_t consumed, std::int64_t& created_ns);
    /// To be called often. Throws Trouble where it has broken, or has been silent for too long.
    void look_after();

    void send(const Attempt& attempt);
    void send(const std::string& subject, const std::string& text);
    /// All that was sent leaves now, and the server has seen it.
    void flush();

 private:
    struct Destroy {
        void operator()(natsOptions* it) const { natsOptions_Destroy(it); }
        void operator()(natsConnection* it) const { natsConnection_Destroy(it); }
        void operator()(natsSubscription* it) const { natsSubscription_Destroy(it); }
        void operator()(natsMsg* it) const { natsMsg_Destroy(it); }
        void operator()(natsInbox* it) const { natsInbox_Destroy(it); }
        void operator()(jsCtx* it) const { jsCtx_Destroy(it); }
        void operator()(jsStreamInfo* it) const { jsStreamInfo_Destroy(it); }
        void operator()(jsConsumerInfo* it) const { jsConsumerInfo_Destroy(it); }
    };
    template <class Thing>
    using Owned = std::unique_ptr<Thing, Destroy>;

    void connect(bool is_first);
    Owned<jsStreamInfo> stream(bool is_first);
    void look_at(const jsStreamInfo& stream, std::uint64_t consumed, std::int64_t& created_ns);
    void subscribe(Owned<natsSubscription>& subscription, const std::string& subject, const char* group);
    void consume(std::uint64_t consumed);
    void caught_up();
    void tell_caught_up();
    void break_with(std::string why);
    std::string why_broken();

    // Called by the library.
    void on_message(natsMsg* message);
    void on_delivered(natsMsg* message, std::string_view reply);
    void on_status(natsMsg* message, std::string_view status);
    void on_asked(natsMsg* message, std::string_view subject);

    const LinkOptions& options_;
    const std::function<void(Event)> tell_;
    const std::function<void()> wake_;
    Owned<natsConnection> connection_;
    Owned<jsCtx> context_;
    std::string inbox_;
    std::string answers_;  // the subject of answers to tries, up to their ids
    std::string asked_;    // the subjects by which publications are asked for, likewise
    std::string prefix_;   // of the stream's subjects
    std::uint64_t last_stream_seq_ = 0;
    Owned<natsSubscription> stream_subscription_;
    Owned<natsSubscription> answers_subscription_;
    Owned<natsSubscription> asked_subscription_;

    std::uint64_t consumer_seq_ = 0;  // of the library's one thread that delivers
    std::atomic<std::int64_t> heard_ns_{0};
    std::atomic<bool> has_caught_up_{false};
    std::atomic<bool> is_broken_{false};
    std::mutex mutex_;  // of what follows
    std::condition_variable ended_;
    int calling_back_ = 0;  // subscriptions and connections that may still call
    std::string why_broken_;
};

}  // namespace pushbench::jetstream
