#include "notify/reader.hpp"

#include <boost/json.hpp>

namespace pushbench {

std::string to_json(const Gap& gap) {
    const boost::json::string_view topic{gap.topic.data(), gap.topic.size()};
    return boost::json::serialize(boost::json::value{
        {"gap", {{"topic", topic}, {"after", gap.after}, {"first", gap.first}, {"cursor", gap.cursor}}}});
}

std::vector<Gap> Reader::follow(Hub& hub, Subscriber& owner, std::span<const std::string> topics,
                                const Cursor& from) {
    std::vector<Gap> gaps;
    reset();
    if (topics.size() > 1) several_ = std::make_unique<Subscription[]>(topics.size());
    count_ = static_cast<std::uint32_t>(topics.size());
    for (std::size_t i = 0; i < topics.size(); ++i) {
        Subscription& subscription = subscriptions()[i];
        hub.subscribe(subscription, topics[i], owner);
        if (from.after.empty()) continue;
        const Topic& topic = subscription.topic();
        const std::uint64_t wanted = from.after.size() == 1 ? from.after[0] : from.after[i];
        const bool of_another_life =
            from.epoch ? *from.epoch != topic.epoch() : wanted > subscription.log().head();
        const std::uint64_t first = subscription.log().first();
        if (of_another_life) gaps.push_back({topic.name(), wanted, first, {}});
        subscription.cursor = of_another_life ? first - 1 : wanted;
    }
    for (Gap& gap : gaps) gap.cursor = cursor_text();
    return gaps;
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
        if (!fell_off(subscription)) continue;
        const std::uint64_t first = subscription.log().first();
        Gap gap{subscription.topic().name(), subscription.cursor, first, {}};
        subscription.cursor = first - 1;
        gap.cursor = cursor_text();
        return gap;
    }
    return std::nullopt;
}

std::size_t Reader::peek(std::span<const EntryPtr*> out) const {
    std::size_t count = 0;
    for (const Subscription& subscription : subscriptions()) {
        const Log& log = subscription.log();
        for (std::uint64_t seq = subscription.cursor; seq < log.head() && count < out.size();)
            out[count++] = &log.at(++seq);
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
    std::string text = only().topic().epoch().text();
    char before = '-';
    for (const Subscription& subscription : subscriptions()) {
        text += before;
        text += std::to_string(subscription.cursor);
        before = ',';
    }
    return text;
}

}  // namespace pushbench
