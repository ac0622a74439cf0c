#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

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
class Topic {
 public:
    Topic(std::string name, std::size_t history) : name_(std::move(name)), log_(history) {}
    const std::string& name() const { return name_; }
    const Log& log() const { return log_; }

 private:
    friend class Hub;
    std::string name_;
    Log log_;
    SubscriptionList subscribers_;
    bool moved_ = false;
};

/// Topics by name. One hub belongs to one thread; nothing in it is locked.
class Hub {
 public:
    /// `on_moved` is called once when the first topic moves after a wake(); it must see to it that wake() is
    /// called soon, but not from inside. What is published until then is delivered together.
    Hub(std::size_t history, std::function<void()> on_moved);

    /// Appends an entry whose sequence is head(topic) + 1.
    void append(std::string_view topic, EntryPtr entry);
    /// Wakes the subscribers of each topic that has moved, each once, in that order.
    void wake();

    /// Makes `subscription` a cursor of `owner` into `topic`, at its head.
    void subscribe(Subscription& subscription, std::string_view topic, Subscriber& owner);

    /// Sequence of the newest entry, 0 for a topic nobody has published to.
    std::uint64_t head(std::string_view topic) const;
    /// Every topic that has been published to, by name, with its head.
    std::map<std::string, std::uint64_t> heads() const;
    /// Forgets the topics that hold nothing and that nobody follows, so that made-up names cost nothing for
    /// long.
    void forget_empty();
    std::size_t topic_count() const { return topics_.size(); }

 private:
    Topic& find_or_create(std::string_view name);

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::size_t history_;
    std::function<void()> on_moved_;
    std::unordered_map<std::string, Topic, Hash, std::equal_to<>> topics_;
    std::vector<Topic*> moved_;
    std::size_t forget_at_ = 1024;
};

inline const Log& Subscription::log() const {
    return topic_->log();
}

}  // namespace pushbench
