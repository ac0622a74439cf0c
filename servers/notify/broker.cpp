#include "notify/broker.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace pushbench {

Broker::Broker(const Encoders& encoders, std::vector<Replica*> replicas)
    : encoders_(encoders), replicas_(std::move(replicas)) {}

void Broker::append(const std::string& topic, std::uint64_t seq, const Notification& notification) {
    const auto entry = std::make_shared<const Entry>(seq, notification, encoders_);
    // The other threads first: this one is about to be busy with its own subscribers.
    std::for_each(replicas_.rbegin(), replicas_.rend(),
                  [&](Replica* replica) { replica->append(topic, entry); });
}

void Broker::forget(const std::string& topic, std::uint64_t base) {
    for (Replica* replica : replicas_) replica->forget(topic, base);
}

void Broker::skip(const std::string& topic, std::uint64_t base, bool lost) {
    for (Replica* replica : replicas_) replica->skip(topic, base, lost);
}

}  // namespace pushbench
