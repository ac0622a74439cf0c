#include "notify/entry.hpp"

#include <utility>

namespace pushbench {
namespace {

/// What an encoded notification has besides topic and payload: keys, numbers, the frame's own.
constexpr std::size_t kEnvelopeBytes = 128;

}  // namespace

Entry::Entry(std::uint64_t seq, std::string frame)
    : seq_(seq), held_bytes_(sizeof(Entry) + frame.size()), frame_(std::move(frame)) {}

Entry::Entry(std::uint64_t seq, const Notification& notification, const Encoders& encoders) : seq_(seq) {
    if (encoders.each.size() == 1) {
        frame_ = encoders.each.front()(notification, *encoders.epoch);
        held_bytes_ = sizeof(Entry) + frame_.size();
        return;
    }
    later_ = std::make_unique<Later>(notification, encoders);
    const std::size_t text_bytes = notification.topic.size() + notification.payload.size();
    held_bytes_ =
        sizeof(Entry) + sizeof(Later) + text_bytes + encoders.each.size() * (text_bytes + kEnvelopeBytes);
}

Entry::Later::~Later() {
    for (const auto& frame : made_) delete frame.load(std::memory_order_relaxed);
}

/// Two threads may both find that it is not there yet; one of them then throws its own away.
const std::string& Entry::Later::encode(std::size_t place) {
    auto mine = std::make_unique<const std::string>(encoders_.each[place](notification_, *encoders_.epoch));
    const std::string* other = nullptr;
    if (made_[place].compare_exchange_strong(other, mine.get(), std::memory_order_acq_rel))
        return *mine.release();
    return *other;
}

}  // namespace pushbench
