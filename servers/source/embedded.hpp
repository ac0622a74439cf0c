#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "notify/broker.hpp"
#include "notify/clock.hpp"
#include "notify/faults.hpp"
#include "source/source.hpp"

namespace pushbench {

/// What a source remembers at most of topics that were published to.
struct TopicLimits {
    std::size_t topics = 100'000;
    std::int64_t unpublished_ns = 3'600'000'000'000;  ///< forgotten after so long; 0: never
};

/// The source that is inside the server. A server's life is its epoch. Numbers of a topic have no holes and
/// begin with 1; those of a topic that is published to again after it was forgotten begin behind all numbers
/// that were ever forgotten. So no number is given twice in one life, and a cursor of the forgotten topic is
/// behind and not ahead.
class EmbeddedSource final : public Source, public Outlet {
 public:
    /// `broker` outlives it.
    EmbeddedSource(Broker& broker, const TopicLimits& limits, Clock clock);

    /// `done` is called at once.
    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& done) override;
    /// One that has its number already: what goes wrong on purpose keeps its own count. Its place in the log
    /// is the next of its topic.
    void put(const Notification& notification) override;

    void start(SourceEvents events) override;
    void stop() override {}
    void forget_unpublished() override;
    std::map<std::string, std::uint64_t> heads() const override;
    std::size_t topic_count() const override { return topics_.size(); }
    std::string why_unwell() const override { return {}; }
    std::vector<SourceMetric> metrics() const override { return {}; }

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

    Broker& broker_;
    TopicLimits limits_;
    Clock clock_;
    Topics topics_;
    std::uint64_t forgotten_up_to_ = 0;
    std::int64_t forget_again_ns_ = 0;  // before that no topic is old enough
};

}  // namespace pushbench
