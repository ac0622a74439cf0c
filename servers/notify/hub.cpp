#include "notify/hub.hpp"

#include <algorithm>

namespace pushbench {

Subscription::~Subscription() = default;  // the hook unlinks itself

Hub::Hub(HubLimits limits, const Epoch& epoch, std::function<void()> on_moved)
    : limits_(limits), epoch_(epoch), on_moved_(std::move(on_moved)) {}

Topic& Hub::find_or_create(std::string_view name) {
    if (const auto found = topics_.find(name); found != topics_.end()) return found->second;
    if (topics_.size() >= forget_at_ && !waking_) {
        forget_empty();
        forget_at_ = std::max<std::size_t>(1024, 2 * topics_.size());
    }
    return topics_.try_emplace(std::string{name}, std::string{name}, epoch_, limits_.topic, base_)
        .first->second;
}

template <class Change>
void Hub::change(Topic& topic, Change change) {
    held_bytes_ -= topic.log_.held_bytes();
    change(topic.log_);
    held_bytes_ += topic.log_.held_bytes();
}

void Hub::append(std::string_view name, EntryPtr entry) {
    Topic& topic = find_or_create(name);
    // Followed before it was published to; meanwhile the source has come to number new topics from further
    // on.
    if (topic.log_.empty() && entry->seq() > topic.log_.head() + 1) go_on_from(topic, entry->seq() - 1);
    change(topic, [&](Log& log) { log.append(std::move(entry)); });
    topic.published_ = true;
    topic.unlink();
    with_history_.push_back(topic);
    keep_within_bytes(topic);
    if (topic.moved_) return;
    topic.moved_ = true;
    moved_.push_back(&topic);
    if (moved_.size() == 1) on_moved_();
}

void Hub::keep_within_bytes(const Topic& newest) {
    while (held_bytes_ > limits_.bytes) {
        Topic& quietest = with_history_.front();
        if (&quietest == &newest && newest.log_.first() == newest.log_.head()) return;
        change(quietest, [](Log& log) { log.drop_oldest(); });
        if (quietest.log_.empty()) quietest.unlink();
    }
}

void Hub::forget(std::string_view name, std::uint64_t base) {
    base_ = std::max(base_, base);
    const auto found = topics_.find(name);
    if (found == topics_.end()) return;
    Topic& topic = found->second;
    topic.published_ = false;
    go_on_from(topic, std::max(base_, topic.log_.head()));
    if (topic.subscribers_.empty() && !topic.moved_) topics_.erase(found);
}

void Hub::skip(std::string_view name, std::uint64_t base, bool lost) {
    Topic& topic = find_or_create(name);
    if (base <= topic.log_.head()) return;
    if (!lost) return go_on_from(topic, base);
    change(topic, [base](Log& log) { log.restart(base); });
    topic.unlink();
}

/// Who has had everything has missed nothing by it.
void Hub::go_on_from(Topic& topic, std::uint64_t base) {
    const std::uint64_t head = topic.log_.head();
    change(topic, [base](Log& log) { log.restart(base); });
    topic.unlink();
    for (Subscription& each : topic.subscribers_)
        if (each.cursor == head) each.cursor = base;
}

void Hub::wake() {
    // A subscriber may leave, or come back, while it is being woken. So each is taken from a list of its own
    // and put back behind the others before it is called: nobody is woken twice, and the order stays.
    std::vector<Topic*> moved;
    moved.swap(moved_);
    waking_ = true;  // whoever is woken may follow a new topic, by which no other goes meanwhile
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
    waking_ = false;
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
    return found == topics_.end() ? base_ : found->second.log().head();
}

void Hub::forget_empty() {
    std::erase_if(topics_, [](const auto& item) {
        const Topic& topic = item.second;
        return !topic.published_ && topic.subscribers_.empty() && !topic.moved_;
    });
}

}  // namespace pushbench
