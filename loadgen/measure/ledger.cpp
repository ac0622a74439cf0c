#include "loadgen/measure/ledger.hpp"

#include <algorithm>

namespace pushbench::loadgen {
namespace {

/// Times are not below zero, where epochs have their place. (Two epochs of 2^63 fall together, and one of
/// them with "nothing".)
std::int64_t mark_of(std::int64_t sent_ns, std::uint64_t epoch) {
    if (epoch == 0) return std::max<std::int64_t>(0, sent_ns);
    return static_cast<std::int64_t>(epoch | std::uint64_t{1} << 63U);
}

bool is_epoch(std::int64_t mark) {
    return mark < 0;
}

}  // namespace

void Ledger::begin(std::uint64_t start) {
    // What was seen stays known: who lags when counting begins still gets what lies before the start.
    head_ = mark_ == nothing_seen ? start : std::min(head_, start);
    start_ = start;
    losses_.reset();
}

void Ledger::join(std::uint64_t start) {
    start_ = head_ = start;
}

void Ledger::leave() {
    if (!begun()) return;
    if (head() != start_ || losses_) end_life();
    start_ = not_begun;
    head_ = 0;
    mark_ = nothing_seen;
}

Ledger::Kind Ledger::record(std::uint64_t seq, std::int64_t sent_ns, std::uint64_t epoch) {
    if (!begun()) join(seq - 1);
    const std::int64_t mark = mark_of(sent_ns, epoch);
    if (another_life(seq, mark)) return begin_anew(seq, mark);
    // Where the start was told by others, the first to come may lie before it, and more of those follow.
    if (mark_ == nothing_seen) head_ = std::min(head_, seq - 1);
    mark_ = is_epoch(mark) ? mark : std::max(mark_, mark);
    if (seq <= head_) return look_back(seq);
    if (seq - head_ > 1) miss(head_ + 1, seq - 1);
    head_ = seq;
    return seq > start_ ? Kind::fresh : Kind::before;
}

/// By their epochs, where both are known. Else by the time: a repeat is as old as what it repeats, and what
/// comes late had not come before.
bool Ledger::another_life(std::uint64_t seq, std::int64_t mark) const {
    if (mark_ == nothing_seen || is_epoch(mark) != is_epoch(mark_)) return false;
    if (is_epoch(mark)) return mark != mark_;
    return seq <= head_ && mark > mark_ && !in_hole(seq);
}

/// What was expected and lost of it is known now, and stays.
void Ledger::end_life() {
    Losses& all = losses();
    all.past_expected += head() - start_;
    all.past_lost += missing();
    all.holes.clear();
    all.given_up = 0;
}

Ledger::Kind Ledger::begin_anew(std::uint64_t seq, std::int64_t mark) {
    end_life();
    start_ = 0;
    head_ = seq;
    mark_ = mark;
    if (seq > 1) miss(1, seq - 1);
    return Kind::restart;
}

Ledger::Kind Ledger::look_back(std::uint64_t seq) {
    const bool came_first = fill(seq);
    if (seq <= start_) return Kind::before;
    return came_first ? Kind::late : Kind::repeat;
}

// ---- holes

Ledger::Losses& Ledger::losses() {
    if (!losses_) losses_ = std::make_unique<Losses>();
    return *losses_;
}

/// How much of a hole lies in the window that counts.
std::uint64_t Ledger::counted(const Hole& hole) const {
    return hole.last <= start_ ? 0 : hole.last - std::max(hole.first - 1, start_);
}

void Ledger::miss(std::uint64_t first, std::uint64_t last) {
    losses().holes.push_back({first, last});
    keep_bound();
}

/// A peer that leaves out every second number must not take our memory.
void Ledger::keep_bound() {
    if (losses_->holes.size() <= most_holes) return;
    losses_->given_up += counted(losses_->holes.front());
    losses_->holes.erase(losses_->holes.begin());
}

/// The hole that holds `seq`, or the first above it.
std::vector<Ledger::Hole>::iterator Ledger::hole_at(std::uint64_t seq) const {
    return std::lower_bound(losses_->holes.begin(), losses_->holes.end(), seq,
                            [](const Hole& hole, std::uint64_t number) { return hole.last < number; });
}

bool Ledger::in_hole(std::uint64_t seq) const {
    if (!losses_) return false;
    const auto hole = hole_at(seq);
    return hole != losses_->holes.end() && hole->first <= seq;
}

/// Takes one out of the hole that it lies in. False where it lies in none.
bool Ledger::fill(std::uint64_t seq) {
    if (!in_hole(seq)) return false;
    const auto hole = hole_at(seq);
    if (hole->first == hole->last) {
        losses_->holes.erase(hole);
    } else if (seq == hole->first) {
        ++hole->first;
    } else if (seq == hole->last) {
        --hole->last;
    } else {
        const Hole above{seq + 1, hole->last};
        hole->last = seq - 1;
        losses_->holes.insert(hole + 1, above);
        keep_bound();
    }
    return true;
}

std::uint64_t Ledger::missing() const {
    if (!losses_) return 0;
    std::uint64_t sum = losses_->given_up;
    for (const Hole& hole : losses_->holes) sum += counted(hole);
    return sum;
}

// ---- what is asked at the end

std::uint64_t Ledger::expected(std::uint64_t end) const {
    const std::uint64_t past = losses_ ? losses_->past_expected : 0;
    return past + (begun() && end > start_ ? end - start_ : 0);
}

std::uint64_t Ledger::lost(std::uint64_t end) const {
    const std::uint64_t past = losses_ ? losses_->past_lost : 0;
    const std::uint64_t seen = head();
    return past + missing() + (begun() && end > seen ? end - seen : 0);
}

}  // namespace pushbench::loadgen
