#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "notify/log.hpp"

namespace pushbench {

class Topic;

/// Whoever waits for a topic to move. Called on the hub's thread, with its cursor already behind the head.
class Subscriber {
 public:
    virtual void wake() = 0;

 protected:
    ~Subscriber() = default;
};

/// One cursor into one topic. It leaves the topic by itself when it is destroyed.
class Subscription
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
    Subscription() = default;
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    const Topic& topic() const { return *topic_; }
    const Log& log() const;
    bool behind() const { return log().head() > cursor; }

    std::uint64_t cursor = 0;  ///< sequence of the last notification its owner has

 private:
    friend class Hub;
    friend class Topic;
    Topic* topic_ = nullptr;
    Subscriber* owner_ = nullptr;
};

using SubscriptionList = boost::intrusive::list<Subscription, boost::intrusive::constant_time_size<false>>;

/// A named log and the cursors into it. The rule, whatever the transport: who subscribed first is woken
/// first. Each thread has a hub of its own, so the rule holds among the subscribers of one thread; a long
/// poll subscribes anew with every request.
class Topic
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
    Topic(std::string name, const Epoch& epoch, HistoryLimits limits, std::uint64_t base)
        : name_(std::move(name)), epoch_(epoch), log_(limits, base) {}
    const std::string& name() const { return name_; }
    const Epoch& epoch() const { return epoch_; }
    const Log& log() const { return log_; }

 private:
    friend class Hub;
    std::string name_;
    const Epoch& epoch_;
    Log log_;
    SubscriptionList subscribers_;
    bool moved_ = false;
    bool published_ = false;  // so the source numbers it: also where its history had to go
};

/// What a hub holds at most.
struct HubLimits {
    HistoryLimits topic{};
    std::size_t bytes = std::numeric_limits<std::size_t>::max();  ///< of all histories together
};

/// Topics by name: one thread's replica of all logs. Nothing in it is locked.
class Hub {
 public:
    /// `on_moved` is called once when the first topic moves after a wake(); it must see to it that wake() is
    /// called soon, but not from inside. What is published until then is delivered together.
    Hub(HubLimits limits, const Epoch& epoch, std::function<void()> on_moved);

    /// Appends an entry whose sequence is head(topic) + 1. Where all histories together hold too much, the
    /// topics that were published to longest ago lose theirs first; the entry itself is held.
    void append(std::string_view topic, EntryPtr entry);
    /// Wakes the subscribers of each topic that has moved, each once, in that order.
    void wake();

    /// Makes `subscription` a cursor of `owner` into `topic`, at its head.
    void subscribe(Subscription& subscription, std::string_view topic, Subscriber& owner);

    /// Sequence of the newest entry; of a topic nobody has published to, that from which it will go on.
    std::uint64_t head(std::string_view topic) const;
    std::size_t held_bytes() const { return held_bytes_; }
    /// Lets go of a topic's history, since the source numbers all new topics from `base` on. It is no lower
    /// than any head so far, or 0 where the source knows of other ways. Who follows it and had everything
    /// goes on; who lags is told of a gap.
    void forget(std::string_view topic, std::uint64_t base);
    /// The topic goes on behind `base`, above its head. Where nothing was `lost` between, who had everything
    /// goes on; else all are told of a gap.
    void skip(std::string_view topic, std::uint64_t base, bool lost);
    /// Forgets the topics that nobody published to and nobody follows, so that made-up names cost nothing for
    /// long. Who was published to stays until the source forgets it, with or without a history.
    void forget_empty();
    std::size_t topic_count() const { return topics_.size(); }

 private:
    Topic& find_or_create(std::string_view name);
    /// The one way to change a log: what all of them hold is kept by it.
    template <class Change>
    void change(Topic& topic, Change change);
    void go_on_from(Topic& topic, std::uint64_t base);
    void keep_within_bytes(const Topic& newest);

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using TopicList = boost::intrusive::list<Topic, boost::intrusive::constant_time_size<false>>;

    HubLimits limits_;
    const Epoch& epoch_;
    std::function<void()> on_moved_;
    std::uint64_t base_ = 0;  // of topics that are made from now on
    std::size_t held_bytes_ = 0;
    std::unordered_map<std::string, Topic, Hash, std::equal_to<>> topics_;
    TopicList with_history_;  // the one published to longest ago comes first
    std::vector<Topic*> moved_;
    std::size_t forget_at_ = 1024;
    bool waking_ = false;
};

inline const Log& Subscription::log() const {
    return topic_->log();
}

}  // namespace pushbench
