#include "source/embedded.hpp"

#include <algorithm>
#include <utility>

#include "notify/utf8.hpp"

namespace pushbench {

EmbeddedSource::EmbeddedSource(Broker& broker, const TopicLimits& limits, Clock clock)
    : broker_(broker), limits_(limits), clock_(std::move(clock)) {}

void EmbeddedSource::start(SourceEvents events) {
    events.begins(Epoch::draw());
    events.is_ready();
}

void EmbeddedSource::publish(std::string_view name, std::string_view payload, std::int64_t due_ns,
                             std::int64_t sent_ns, const Published& done) {
    if (!is_utf8(payload) || !is_utf8(name)) {
        if (done) done({0, "not UTF-8: a notification travels as JSON, which must be", NotTaken::invalid});
        return;
    }
    auto* topic = find_or_create(name);
    if (topic == nullptr) {
        if (done)
            done(Publication{0, "too many topics: " + std::to_string(limits_.topics) +
                                    " were published to already, see --max-topics"});
        return;
    }
    const std::uint64_t seq = topic->second.head + 1;
    append(*topic, {seq, topic->first, due_ns, sent_ns, std::string{payload}});
    if (done) done(Publication{seq, {}});
}

void EmbeddedSource::put(const Notification& notification) {
    if (auto* topic = find_or_create(notification.topic)) append(*topic, notification);
}

EmbeddedSource::Topics::value_type* EmbeddedSource::find_or_create(std::string_view name) {
    if (const auto found = topics_.find(name); found != topics_.end()) return &*found;
    // Not at every publish that would be refused: to look at all topics takes its time.
    if (topics_.size() >= limits_.topics && clock_() >= forget_again_ns_) forget_unpublished();
    if (topics_.size() >= limits_.topics) return nullptr;
    return &*topics_.try_emplace(std::string{name}, Topic{forgotten_up_to_, 0}).first;
}

void EmbeddedSource::append(Topics::value_type& topic, const Notification& notification) {
    topic.second.published_ns = clock_();
    broker_.append(topic.first, ++topic.second.head, notification);
}

void EmbeddedSource::forget_unpublished() {
    if (limits_.unpublished_ns == 0) return;
    const std::int64_t before_ns = clock_() - limits_.unpublished_ns;
    const auto is_old = [before_ns](const auto& topic) { return topic.second.published_ns < before_ns; };
    for (const auto& topic : topics_)
        if (is_old(topic)) forgotten_up_to_ = std::max(forgotten_up_to_, topic.second.head);
    std::erase_if(topics_, [&](const auto& topic) {
        if (!is_old(topic)) return false;
        broker_.forget(topic.first, forgotten_up_to_);
        return true;
    });
    std::int64_t oldest_ns = clock_();
    for (const auto& topic : topics_) oldest_ns = std::min(oldest_ns, topic.second.published_ns);
    forget_again_ns_ = oldest_ns + limits_.unpublished_ns;
}

std::map<std::string, std::uint64_t> EmbeddedSource::heads() const {
    std::map<std::string, std::uint64_t> heads;
    for (const auto& [name, topic] : topics_) heads.emplace(name, topic.head);
    return heads;
}

}  // namespace pushbench
