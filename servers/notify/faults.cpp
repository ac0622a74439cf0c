#include "notify/faults.hpp"

#include <algorithm>
#include <utility>

namespace pushbench {
namespace {

/// Whether `seq` is the one in `every` that stands at `quarters` quarters of it.
bool hit(std::uint64_t seq, std::uint64_t every, std::uint64_t quarters) {
    return every > 0 && seq % every == every * quarters / 4;
}

Notification take_front(std::deque<Notification>& held) {
    Notification front = std::move(held.front());
    held.pop_front();
    return front;
}

}  // namespace

Faults::Faults(const FaultOptions& options, Outlet& outlet, Clock clock)
    : options_(options), outlet_(outlet), clock_(std::move(clock)) {}

void Faults::publish(std::string_view topic, std::string_view payload, std::int64_t due_ns,
                     std::int64_t sent_ns, const Published& done) {
    std::string name{topic};
    const std::uint64_t seq = ++numbers_[name];
    Notification notification{seq, std::move(name), due_ns, sent_ns, std::string{payload}};
    if (options_.delay_ns > 0) {
        ++counts_.delayed;
        delayed_.push_back(std::move(notification));
    } else {
        pass(notification);
    }
    if (done) done(Publication{seq, {}});
}

std::optional<std::int64_t> Faults::run() {
    const std::int64_t now = clock_();
    for (int i = 0; i < Publisher::kBatch && !delayed_.empty(); ++i) {
        if (release_ns(delayed_.front()) > now) break;
        pass(take_front(delayed_));
    }
    while (!swapped_.empty() && release_ns(swapped_.front()) + kLongestSwapNs <= now)
        outlet_.put(take_front(swapped_));

    std::optional<std::int64_t> next_ns;
    if (!delayed_.empty()) next_ns = release_ns(delayed_.front());
    if (!swapped_.empty()) {
        const std::int64_t swap_ns = release_ns(swapped_.front()) + kLongestSwapNs;
        next_ns = std::min(next_ns.value_or(swap_ns), swap_ns);
    }
    return next_ns;
}

/// On to the log, with whatever goes wrong but the delay.
void Faults::pass(const Notification& notification) {
    if (hit(notification.seq, options_.drop, 1)) {
        ++counts_.dropped;
        return;
    }
    if (hit(notification.seq, options_.swap, 3)) {
        swapped_.push_back(notification);
        return;
    }
    outlet_.put(notification);
    if (hit(notification.seq, options_.duplicate, 2)) {
        ++counts_.duplicated;
        outlet_.put(notification);
    }
    put_swapped(notification.topic);
}

void Faults::put_swapped(std::string_view topic) {
    const auto found = std::find_if(swapped_.begin(), swapped_.end(),
                                    [topic](const Notification& held) { return held.topic == topic; });
    if (found == swapped_.end()) return;
    ++counts_.swapped;
    outlet_.put(*found);
    swapped_.erase(found);
}

}  // namespace pushbench
