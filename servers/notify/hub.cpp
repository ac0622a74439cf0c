#include "notify/hub.hpp"

#include <algorithm>

namespace pushbench {

Subscription::~Subscription() = default;  // the hook unlinks itself

Hub::Hub(std::size_t history, std::function<void()> on_moved)
    : history_(history), on_moved_(std::move(on_moved)) {}

Topic& Hub::find_or_create(std::string_view name) {
    if (const auto found = topics_.find(name); found != topics_.end()) return found->second;
    if (topics_.size() >= forget_at_) {
        forget_empty();
        forget_at_ = std::max<std::size_t>(1024, 2 * topics_.size());
    }
    return topics_.try_emplace(std::string{name}, std::string{name}, history_).first->second;
}

void Hub::append(std::string_view name, EntryPtr entry) {
    Topic& topic = find_or_create(name);
    topic.log_.append(std::move(entry));
    if (topic.moved_) return;
    topic.moved_ = true;
    moved_.push_back(&topic);
    if (moved_.size() == 1) on_moved_();
}

void Hub::wake() {
    // A subscriber may leave, or come back, while it is being woken. So each is taken from a list of its own
    // and put back behind the others before it is called: nobody is woken twice, and the order stays.
    std::vector<Topic*> moved;
    moved.swap(moved_);
    for (Topic* topic : moved) {
        topic->moved_ = false;
        SubscriptionList waking;
        waking.swap(topic->subscribers_);
        while (!waking.empty()) {
            Subscription& next = waking.front();
            waking.pop_front();
            topic->subscribers_.push_back(next);
            if (next.behind()) next.owner_->wake();
        }
    }
    moved.clear();
    if (moved_.empty()) moved_.swap(moved);  // keep the capacity
}

void Hub::subscribe(Subscription& subscription, std::string_view name, Subscriber& owner) {
    Topic& topic = find_or_create(name);
    if (subscription.is_linked()) subscription.unlink();
    subscription.topic_ = &topic;
    subscription.owner_ = &owner;
    subscription.cursor = topic.log_.head();
    topic.subscribers_.push_back(subscription);
}

std::uint64_t Hub::head(std::string_view name) const {
    const auto found = topics_.find(name);
    return found == topics_.end() ? 0 : found->second.log().head();
}

std::map<std::string, std::uint64_t> Hub::heads() const {
    std::map<std::string, std::uint64_t> heads;
    for (const auto& [name, topic] : topics_)
        if (topic.log().head() > 0) heads.emplace(name, topic.log().head());
    return heads;
}

void Hub::forget_empty() {
    std::erase_if(topics_, [](const auto& item) {
        const Topic& topic = item.second;
        return topic.log_.head() == 0 && topic.subscribers_.empty();
    });
}

}  // namespace pushbench
