#include "loadgen/crowd/heard.hpp"

#include "loadgen/message/reader.hpp"

namespace pushbench::loadgen {

void Hearing::add(const Hearing& more) {
    understood = understood || more.understood;
    if (not_understood == 0) first_not_understood = more.first_not_understood;
    if (other == 0) first_other = more.first_other;
    not_understood += more.not_understood;
    other += more.other;
}

void HearingSoFar::note(std::atomic<std::int64_t>& count, std::string& first, std::string_view bytes) {
    const std::int64_t before = count.load(std::memory_order_relaxed);
    if (before == 0) {
        const std::lock_guard lock{mutex_};
        first = excerpt(bytes);
    }
    count.store(before + 1, std::memory_order_relaxed);
}

Hearing HearingSoFar::all() const {
    const std::lock_guard lock{mutex_};
    return {understood_.load(std::memory_order_relaxed), not_understood_.load(std::memory_order_relaxed),
            other_.load(std::memory_order_relaxed), first_not_understood_, first_other_};
}

}  // namespace pushbench::loadgen
