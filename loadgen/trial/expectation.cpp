#include "loadgen/trial/expectation.hpp"

#include <algorithm>

#include "loadgen/trial/subscribe.hpp"
#include "loadgen/trial/untaken.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {

/// By who publishes, or by what the subscribers have seen where nobody tells, or there is no server any more.
std::vector<std::uint64_t> Expectation::heads() {
    if (publisher_ && !result_.failure) return publisher_->heads(topics_);
    std::vector<std::uint64_t> heads(topics_.size());
    ranks_.raise_heads(heads);
    return heads;
}

/// Known from the start where it is promised: the first may come to one client while another process's are
/// still connecting. Where others publish, a topic of which nobody has heard may be at any number.
std::vector<std::uint64_t> Expectation::heads_at_start() {
    if (settings_.expect != 0) return {settings_.skip};
    std::vector<std::uint64_t> all = heads();
    if (!publisher_) std::replace(all.begin(), all.end(), std::uint64_t{0}, unknown_head);
    return all;
}

/// Of topics whose heads nobody knew: from what came first.
void Expectation::settle_starts(const std::vector<std::uint64_t>& end_heads) {
    if (publisher_ || settings_.expect != 0) return;
    std::vector<std::uint64_t> first(topics_.size(), unknown_head);
    ranks_.lower_starts(first);
    for (std::size_t topic = 0; topic != topics_.size(); ++topic)
        if (start_heads_[topic] == unknown_head)
            start_heads_[topic] = std::min(first[topic], end_heads[topic]);
}

std::vector<std::uint64_t> Expectation::heads_at_end() {
    try {
        if (publisher_ && watch_.must_end() && !result_.failure) publisher_->stop();
        return promised(heads());
    } catch (const Failure& failure) {
        watch_.fail(failure.what());
        return promised(heads());
    }
}

std::vector<std::uint64_t> Expectation::untaken() {
    return publisher_ ? publisher_->untaken(topics_) : std::vector<std::uint64_t>(topics_.size());
}

/// Where it is known what must come, a topic of which nobody heard is not one on which nothing was said.
std::vector<std::uint64_t> Expectation::promised(std::vector<std::uint64_t> heads) const {
    if (settings_.expect != 0)
        heads[0] = std::max(heads[0], static_cast<std::uint64_t>(settings_.skip) + settings_.expect);
    return heads;
}

void Expectation::begin(bool follows) {
    ranks_.each<&Rank::clear_records>();  // it takes longer than what follows, and others may be publishing
    start_heads_ = heads_at_start();
    start_untaken_ = untaken();
    // Who publishes on meanwhile has been heard by some: each counts from where it is, and the topic from the
    // lowest of them.
    result_.counting_began_ns = now_ns();
    const auto edges = ranks_.begin_counting(start_heads_, follows);
    if (settings_.expect == 0) start_heads_ = edges;
    watch_.counting(true);
}

/// Until as many have come as are expected, and nobody is behind: where others publish on, those who are
/// ahead have more than their share while some still lag.
void Expectation::wait_for_deliveries(const std::string& phase, const std::vector<std::uint64_t>& end_heads) {
    const auto all_came = [&] {
        return ranks_.delivered() >= result_.expected && ranks_.behind(end_heads) == 0;
    };
    // Who interrupts has little patience; who measures wants all of it.
    const std::int64_t patience_ns = result_.interrupted
                                         ? std::min(ranks_.patience_ns(), settings_.drain.count())
                                         : settings_.drain.count();
    const std::int64_t until_ns = now_ns() + two_polls_ns(settings_) + patience_ns;
    while (!all_came() && now_ns() < until_ns && !result_.failure && !watch_.in_a_hurry()) {
        (void)watch_.must_end();
        watch_.show(phase, until_ns - now_ns());
        Watch::sleep(5 * ns_per_ms);
    }
}

void Expectation::drain(const std::string& phase) {
    const std::vector<std::uint64_t> end_heads = heads_at_end();
    settle_starts(end_heads);
    const std::vector<std::uint64_t> not_taken = untaken_since(start_untaken_, untaken());
    if (has_sequences(settings_)) {
        result_.expected = ranks_.sum<&Rank::expected>(end_heads, not_taken);
        wait_for_deliveries(phase, end_heads);
        const Missing missing = ranks_.missing(end_heads, not_taken);
        result_.lost = missing.lost;
        result_.early_ledger_ends = missing.behind;
    }
    result_.drained = !result_.failure && ranks_.delivered() >= result_.expected;
    result_.silent = ranks_.silent();
    for (std::size_t topic = 0; topic != topics_.size(); ++topic)
        result_.published +=
            static_cast<std::int64_t>(end_heads[topic] - std::min(end_heads[topic], start_heads_[topic]));
    result_.published -= notifications_in(not_taken);
}

}  // namespace pushbench::loadgen
