#include "stream/stream.hpp"

#include <algorithm>

namespace pushbench {
namespace {

/// Looks fall on whole multiples of this, so that thousands of idle streams wake the thread together.
constexpr std::int64_t kGridNs = 100'000'000;

std::int64_t on_grid(std::int64_t time_ns) {
    return (time_ns / kGridNs + 1) * kGridNs;
}

/// How long nobody looks at most. 0: there is nothing to look for.
std::int64_t period_ns(const Pace& pace) {
    if (pace.heartbeat_ns == 0 || pace.idle_timeout_ns == 0)
        return std::max(pace.heartbeat_ns, pace.idle_timeout_ns);
    return std::min(pace.heartbeat_ns, pace.idle_timeout_ns);
}

}  // namespace

std::size_t Stream::begin(std::string_view first, Hub& hub, Subscriber& owner, const Wanted& wanted,
                          std::int64_t now_ns) {
    last_write_ns_ = now_ns;
    outbox_.send(first);
    const auto gaps = outbox_.reader().follow(hub, owner, wanted.topics, wanted.from);
    for (const Gap& gap : gaps) outbox_.send(encode_gap(gap));
    return gaps.size();
}

std::size_t Stream::tell_all_gaps() {
    std::size_t told = 0;
    while (const auto gap = outbox_.reader().take_gap()) {
        outbox_.send(encode_gap(*gap));
        ++told;
    }
    return told;
}

Outbox::Gathered Stream::gather(Outbox::Buffers& buffers) {
    const Framing framing = this->framing();
    if (framing.encode == nullptr) copy_entries();
    return outbox_.gather(buffers, framing);
}

/// Few at a time: of all that a stream lags behind, this alone is held for it.
void Stream::copy_entries() {
    const EntryPtr* next = nullptr;
    while (outbox_.own_bytes() < kMostOwnBytes && outbox_.reader().peek({&next, 1}) == 1) {
        const EntryPtr entry = *next;
        outbox_.reader().advance();
        outbox_.send_copy(copy_of(*entry));
    }
}

void Stream::send(std::string_view bytes) {
    if (!finishing_) outbox_.send(bytes);
}

void Stream::finish(std::string_view bytes) {
    if (finishing_) return;
    outbox_.stop_entries();
    outbox_.send(bytes);
    finishing_ = true;
}

bool Stream::is_gone(std::int64_t now_ns, const Pace& pace, bool is_blocked) const {
    if (pace.idle_timeout_ns == 0) return false;
    return (is_blocked && now_ns >= last_write_ns_ + pace.idle_timeout_ns) ||
           !is_answered(now_ns, pace.idle_timeout_ns);
}

bool Stream::break_silence(std::int64_t now_ns, const Pace& pace) {
    if (finishing_ || pace.heartbeat_ns == 0 || now_ns < last_write_ns_ + pace.heartbeat_ns) return false;
    send(heartbeat(now_ns));
    return true;
}

std::int64_t Stream::next_look_ns(std::int64_t now_ns, const Pace& pace, bool is_blocked) const {
    const std::int64_t most_ns = period_ns(pace);
    if (most_ns == 0) return INT64_MAX;
    const std::int64_t wait_ns = is_blocked ? pace.idle_timeout_ns : pace.heartbeat_ns;
    const std::int64_t due_ns = wait_ns == 0 ? INT64_MAX : last_write_ns_ + wait_ns;
    // Never at once: the coarse clock may say that a write just done was due for a heartbeat long ago.
    return on_grid(std::clamp(due_ns, now_ns, now_ns + most_ns));
}

}  // namespace pushbench
