#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "notify/entry.hpp"
#include "notify/faults.hpp"
#include "notify/publisher.hpp"

namespace pushbench {

/// A thread's copy of the logs. What it is told arrives there in the order in which it is told.
class Replica {
 public:
    virtual void append(const std::string& topic, EntryPtr entry) = 0;
    /// See Hub::forget().
    virtual void forget(const std::string& topic, std::uint64_t base) = 0;

 protected:
    ~Replica() = default;
};

/// What a broker remembers at most of topics that were published to.
struct TopicLimits {
    std::size_t topics = 100'000;
    std::int64_t unpublished_ns = 3'600'000'000'000;  ///< forgotten after so long; 0: never
};

/// The heart of a server: gives each notification its number within its topic, has it encoded once for each
/// transport, and hands the one entry to the replica of every thread. It belongs to one thread, and knows no
/// sockets.
///
/// A server's life is its epoch. Numbers of a topic have no holes and begin with 1; those of a topic that is
/// published to again after it was forgotten begin behind all numbers that were ever forgotten. So no number
/// is given twice in one life, and a cursor of the forgotten topic is behind and not ahead.
class Broker final : public Sink, public Outlet {
 public:
    /// `encoders` and `replicas` outlive it.
    Broker(const Encoders& encoders, std::vector<Replica*> replicas, const TopicLimits& limits, Clock clock);

    /// `done` is called on this thread, at once by this source.
    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& done) override;
    /// One that has its number already: what goes wrong on purpose keeps its own count. Its place in the log
    /// is the next of its topic.
    void put(const Notification& notification) override;

    /// Forgets the topics that have not been published to for too long. To be called from time to time.
    void forget_unpublished();

    /// Every topic that has been published to, by name, with its head.
    std::map<std::string, std::uint64_t> heads() const;
    std::size_t topic_count() const { return topics_.size(); }

 private:
    struct Topic {
        std::uint64_t head = 0;
        std::int64_t published_ns = 0;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Topics = std::unordered_map<std::string, Topic, Hash, std::equal_to<>>;

    /// Null where there are as many topics as there may be.
    Topics::value_type* find_or_create(std::string_view name);
    void append(Topics::value_type& topic, const Notification& notification);

    const Encoders& encoders_;
    std::vector<Replica*> replicas_;
    TopicLimits limits_;
    Clock clock_;
    Topics topics_;
    std::uint64_t forgotten_up_to_ = 0;
    std::int64_t forget_again_ns_ = 0;  // before that no topic is old enough
};

}  // namespace pushbench
