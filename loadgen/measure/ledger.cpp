#include "loadgen/measure/ledger.hpp"

namespace pushbench::loadgen {

void Ledger::begin(std::uint64_t start) {
    start_ = head_ = start;
    seen_ = 0;
    missing_ = 0;
    begun_ = true;
}

Ledger::Kind Ledger::record(std::uint64_t seq) {
    if (!begun_) begin(seq - 1);
    if (seq > head_) {
        const std::uint64_t step = seq - head_;
        missing_ += step - 1;
        seen_ = (step < 64 ? seen_ << step : 0) | 1;
        head_ = seq;
        return Kind::fresh;
    }
    if (seq <= start_) return Kind::before;
    const std::uint64_t age = head_ - seq;
    if (age < 64) {
        const std::uint64_t bit = std::uint64_t{1} << age;
        if ((seen_ & bit) != 0) return Kind::repeat;
        seen_ |= bit;
    } else if (missing_ == 0) {
        return Kind::repeat;
    }
    // Older than the 64 remembered while something is missing: taken for one of the missing.
    --missing_;
    return Kind::late;
}

std::uint64_t Ledger::lost(std::uint64_t end) const {
    return missing_ + (end > head_ ? end - head_ : 0);
}

}  // namespace pushbench::loadgen
