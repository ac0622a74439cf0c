#include "servers/contract/subscriber.hpp"

#include <stdexcept>

#include "servers/contract/process.hpp"

namespace pushbench::contract {

Event notification_of(const boost::json::value& json) {
    Event event;
    event.kind = Event::Kind::notification;
    event.seq = json.at("seq").to_number<std::uint64_t>();
    event.topic = json.at("topic").as_string();
    event.due_ns = json.at("due_ns").as_int64();
    event.sent_ns = json.at("sent_ns").as_int64();
    event.payload = json.at("payload").as_string();
    if (const auto* epoch = json.as_object().if_contains("epoch"))
        event.cursor = std::string{epoch->as_string()} + "-" + std::to_string(event.seq);
    return event;
}

Event gap_of(const boost::json::value& json) {
    Event event;
    event.kind = Event::Kind::gap;
    event.topic = json.at("topic").as_string();
    event.after = json.at("after").to_number<std::uint64_t>();
    event.first = json.at("first").to_number<std::uint64_t>();
    event.cursor = json.at("cursor").as_string();
    return event;
}

Event event_of(std::string_view text) {
    const auto json = boost::json::parse({text.data(), text.size()});
    const auto* gap = json.as_object().if_contains("gap");
    return gap ? gap_of(*gap) : notification_of(json);
}

std::string Following::query() const {
    std::string query = "?";
    for (const std::string& topic : topics) query += "topic=" + url_encode(topic) + "&";
    if (after) query += "after=" + *after + "&";
    return query;
}

Event Subscriber::next() {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (events_.empty()) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("no event came");
        read_more();
    }
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

std::vector<Event> Subscriber::take(std::size_t count) {
    std::vector<Event> taken;
    while (taken.size() < count) {
        taken.push_back(next());
        if (taken.back().kind != Event::Kind::notification)
            throw std::runtime_error("expected a notification after " + std::to_string(taken.size() - 1));
    }
    return taken;
}

}  // namespace pushbench::contract
