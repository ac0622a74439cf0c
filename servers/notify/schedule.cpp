#include "notify/schedule.hpp"

#include <cmath>
#include <utility>

namespace pushbench {

Schedule::Schedule(ScheduleOptions options) : options_(std::move(options)), random_(options_.seed) {
    draw();
}

ScheduleItem Schedule::next() {
    const ScheduleItem item = item_;
    ++index_;
    draw();
    return item;
}

void Schedule::draw() {
    const double index = static_cast<double>(index_);
    if (options_.arrival == Arrival::constant) {
        // From the index, not by adding up: a sum of rounded gaps would drift.
        item_.due_after_ns = std::llround(index * 1e9 / options_.rate_per_s);
        item_.topic = static_cast<std::uint32_t>(index_ % options_.topics);
        return;
    }
    // The standard library's distributions differ between implementations; this is the same everywhere.
    elapsed_s_ += -std::log1p(-uniform()) / options_.rate_per_s;
    item_.due_after_ns = std::llround(elapsed_s_ * 1e9);
    item_.topic = static_cast<std::uint32_t>(uniform() * options_.topics);
}

double Schedule::uniform() {
    return static_cast<double>(random_() >> 11) * 0x1p-53;
}

std::string topic_name(std::string_view prefix, std::uint32_t index, std::uint32_t count) {
    std::string name{prefix};
    if (count > 1) name.append("-").append(std::to_string(index));
    return name;
}

}  // namespace pushbench
