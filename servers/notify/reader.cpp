#include "notify/reader.hpp"

#include <boost/json.hpp>

namespace pushbench {

std::string to_json(const Gap& gap) {
    const boost::json::string_view topic{gap.topic.data(), gap.topic.size()};
    return boost::json::serialize(
        boost::json::value{{"gap", {{"topic", topic}, {"after", gap.after}, {"first", gap.first}}}});
}

std::vector<Gap> Reader::follow(Hub& hub, Subscriber& owner, std::span<const std::string> topics,
                                std::span<const std::uint64_t> after) {
    std::vector<Gap> ahead;
    reset();
    if (topics.size() > 1) several_ = std::make_unique<Subscription[]>(topics.size());
    count_ = static_cast<std::uint32_t>(topics.size());
    for (std::size_t i = 0; i < topics.size(); ++i) {
        Subscription& subscription = subscriptions()[i];
        hub.subscribe(subscription, topics[i], owner);
        if (after.empty()) continue;
        const std::uint64_t wanted = after.size() == 1 ? after[0] : after[i];
        if (wanted > subscription.cursor)
            ahead.push_back({subscription.topic().name(), wanted, subscription.cursor + 1});
        else
            subscription.cursor = wanted;
    }
    return ahead;
}

void Reader::reset() {
    if (one_.is_linked()) one_.unlink();
    several_.reset();
    count_ = 0;
}

bool Reader::behind() const {
    for (const Subscription& subscription : subscriptions())
        if (subscription.behind()) return true;
    return false;
}

std::optional<Gap> Reader::take_gap() {
    for (Subscription& subscription : subscriptions()) {
        const std::uint64_t first = subscription.log().first();
        if (subscription.cursor + 1 >= first) continue;
        const Gap gap{subscription.topic().name(), subscription.cursor, first};
        subscription.cursor = first - 1;
        return gap;
    }
    return std::nullopt;
}

std::size_t Reader::peek(std::span<const EntryPtr*> out) const {
    std::size_t count = 0;
    for (const Subscription& subscription : subscriptions()) {
        const Log& log = subscription.log();
        for (std::uint64_t seq = subscription.cursor + 1; seq <= log.head() && count < out.size(); ++seq)
            out[count++] = &log.at(seq);
    }
    return count;
}

void Reader::advance() {
    for (Subscription& subscription : subscriptions()) {
        if (!subscription.behind()) continue;
        ++subscription.cursor;
        return;
    }
}

std::string Reader::cursor_text() const {
    std::string text;
    for (const Subscription& subscription : subscriptions()) {
        if (!text.empty()) text += ',';
        text += std::to_string(subscription.cursor);
    }
    return text;
}

}  // namespace pushbench
