#include "notify/publisher.hpp"

#include "notify/notification.hpp"

namespace pushbench {

Publisher::Publisher(Schedule schedule, Sink& sink, Clock clock, std::int64_t start_ns)
    : schedule_(std::move(schedule)),
      sink_(sink),
      clock_(std::move(clock)),
      start_ns_(start_ns),
      payload_(payload_text(schedule_.options().payload_bytes)) {
    topics_.reserve(options().topics);
    for (std::uint32_t i = 0; i < options().topics; ++i)
        topics_.push_back(topic_name(options().topic, i, options().topics));
}

std::optional<std::int64_t> Publisher::run() {
    for (int i = 0; i < kBatch; ++i) {
        if (schedule_.done()) return std::nullopt;
        const std::int64_t due_ns = start_ns_ + schedule_.peek().due_after_ns;
        const std::int64_t now = clock_();
        if (due_ns > now) return due_ns;
        const ScheduleItem item = schedule_.next();
        if (first_due_ns_ == 0) first_due_ns_ = due_ns;
        last_due_ns_ = due_ns;
        sink_.publish(topics_[item.topic], payload_, due_ns, now, {});
    }
    if (schedule_.done()) return std::nullopt;
    return start_ns_ + schedule_.peek().due_after_ns;
}

std::string payload_text(std::size_t bytes) {
    static constexpr std::string_view kText = "The quick brown fox jumps over the lazy dog. ";
    std::string text;
    text.reserve(bytes + kText.size());
    while (text.size() < bytes) text += kText;
    text.resize(bytes);
    return text;
}

}  // namespace pushbench
