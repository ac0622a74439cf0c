#include "notify/broker.hpp"

#include <algorithm>
#include <utility>

#include "notify/utf8.hpp"

namespace pushbench {

Broker::Broker(const Encoders& encoders, std::vector<Replica*> replicas, const TopicLimits& limits,
               Clock clock)
    : encoders_(encoders), replicas_(std::move(replicas)), limits_(limits), clock_(std::move(clock)) {}

void Broker::publish(std::string_view name, std::string_view payload, std::int64_t due_ns,
                     std::int64_t sent_ns, const Published& done) {
    if (!is_utf8(payload) || !is_utf8(name)) {
        if (done) done(Publication{0, "not UTF-8: a notification travels as JSON, which must be"});
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

void Broker::put(const Notification& notification) {
    if (auto* topic = find_or_create(notification.topic)) append(*topic, notification);
}

Broker::Topics::value_type* Broker::find_or_create(std::string_view name) {
    if (const auto found = topics_.find(name); found != topics_.end()) return &*found;
    // Not at every publish that would be refused: to look at all topics takes its time.
    if (topics_.size() >= limits_.topics && clock_() >= forget_again_ns_) forget_unpublished();
    if (topics_.size() >= limits_.topics) return nullptr;
    return &*topics_.try_emplace(std::string{name}, Topic{forgotten_up_to_, 0}).first;
}

void Broker::append(Topics::value_type& topic, const Notification& notification) {
    topic.second.published_ns = clock_();
    const auto entry = std::make_shared<const Entry>(++topic.second.head, notification, encoders_);
    // The other threads first: this one is about to be busy with its own subscribers.
    std::for_each(replicas_.rbegin(), replicas_.rend(),
                  [&](Replica* replica) { replica->append(topic.first, entry); });
}

void Broker::forget_unpublished() {
    if (limits_.unpublished_ns == 0) return;
    const std::int64_t before_ns = clock_() - limits_.unpublished_ns;
    const auto is_old = [before_ns](const auto& topic) { return topic.second.published_ns < before_ns; };
    for (const auto& topic : topics_)
        if (is_old(topic)) forgotten_up_to_ = std::max(forgotten_up_to_, topic.second.head);
    std::erase_if(topics_, [&](const auto& topic) {
        if (!is_old(topic)) return false;
        for (Replica* replica : replicas_) replica->forget(topic.first, forgotten_up_to_);
        return true;
    });
    std::int64_t oldest_ns = clock_();
    for (const auto& topic : topics_) oldest_ns = std::min(oldest_ns, topic.second.published_ns);
    forget_again_ns_ = oldest_ns + limits_.unpublished_ns;
}

std::map<std::string, std::uint64_t> Broker::heads() const {
    std::map<std::string, std::uint64_t> heads;
    for (const auto& [name, topic] : topics_) heads.emplace(name, topic.head);
    return heads;
}

}  // namespace pushbench
