#include "bench/wan/delay_line.hpp"

#include <algorithm>
#include <cassert>

#include "loadgen/measure/clock.hpp"

namespace pushbench::wan {
namespace {

/// With less room than this it takes nothing: a full line would else be filled byte by byte.
constexpr std::size_t kLeastRoomBytes = 1024;

}  // namespace

std::size_t DelayLine::room() const {
    const std::size_t held = bytes_.size() - sent_ + (pieces_.size() + 1) * sizeof(Piece);
    return held + kLeastRoomBytes <= most_bytes_ ? most_bytes_ - held : 0;
}

void DelayLine::push(std::string_view bytes, std::int64_t came_ns) {
    assert(bytes.size() <= room());
    pieces_.push_back({due_ns(bytes.size(), came_ns), bytes.size()});
    bytes_.append(bytes);
}

void DelayLine::end(Ending how, std::int64_t came_ns) {
    ends_ns_ = due_ns(0, came_ns);
    ending_ = how;
}

/// A piece leaves with its last byte. Where the rate is limited the bytes before it go first.
std::int64_t DelayLine::due_ns(std::size_t bytes, std::int64_t came_ns) {
    free_ns_ = std::max({free_ns_, came_ns, opens_ns_});
    // In double, since a piece times a second is more than 64 bits hold once pieces are of some GB.
    if (way_.rate_bytes_per_s > 0)
        free_ns_ += static_cast<std::int64_t>(static_cast<double>(bytes) * loadgen::ns_per_s /
                                              static_cast<double>(way_.rate_bytes_per_s));
    return free_ns_ + way_.delay_ns;
}

std::int64_t DelayLine::next_ns() const {
    if (!pieces_.empty()) return pieces_.front().due_ns;
    return ending_ == Ending::none ? kNever : ends_ns_;
}

void DelayLine::release(std::int64_t now_ns, Lateness& late) {
    for (; !pieces_.empty() && pieces_.front().due_ns <= now_ns; pieces_.pop_front()) {
        late.record(pieces_.front().due_ns, now_ns);
        released_ += pieces_.front().bytes;
    }
    if (pieces_.empty() && ending_ != Ending::none && ends_ns_ <= now_ns) {
        due_ending_ = ending_;
        ending_ = Ending::none;
    }
}

void DelayLine::sent(std::size_t bytes) {
    assert(bytes <= released_);
    released_ -= bytes;
    sent_ += bytes;
    // Moving what is left costs no more than what left did.
    if (2 * sent_ >= bytes_.size()) {
        bytes_.erase(0, sent_);
        sent_ = 0;
    }
}

}  // namespace pushbench::wan
