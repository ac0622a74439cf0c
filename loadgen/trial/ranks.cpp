#include "loadgen/trial/ranks.hpp"

#include <algorithm>

#include "loadgen/measure/clock.hpp"

namespace pushbench::loadgen {

Status Ranks::status(std::int64_t oldest_ns) {
    if (peers_.size() == 1) return own_.status();
    if (status_ns_ == 0 || now_ns() - status_ns_ > oldest_ns) {
        status_ = {};
        for (const Status& one : each<&Rank::status>()) status_.add(one);
        status_ns_ = now_ns();
    }
    return status_;
}

Trouble Ranks::trouble() {
    Trouble all;
    for (const Trouble& one : each<&Rank::trouble>()) all.add(one);
    return all;
}

Hearing Ranks::heard() {
    Hearing all;
    for (const Hearing& one : each<&Rank::heard>()) all.add(one);
    return all;
}

std::int64_t Ranks::start() {
    const std::int64_t origin_ns = now_ns() + (peers_.size() == 1 ? 0 : peers_.lead_ns());
    each<&Rank::start>(origin_ns);
    return origin_ns;
}

std::vector<std::uint64_t> Ranks::begin_counting(const std::vector<std::uint64_t>& heads, bool follows) {
    status_ns_ = 0;  // what had been delivered until now does not count
    auto all = each<&Rank::begin_counting>(heads, follows);
    std::vector<std::uint64_t> edges = std::move(all.front());
    for (const auto& one : all)
        for (std::size_t topic = 0; topic != one.size(); ++topic)
            edges[topic] = std::min(edges[topic], one[topic]);
    for (std::size_t topic = 0; topic != edges.size(); ++topic)
        if (edges[topic] == unknown_head) edges[topic] = heads[topic];  // nobody listens to it, or hears yet
    return edges;
}

void Ranks::lower_starts(std::vector<std::uint64_t>& starts) {
    for (const auto& one : each<&Rank::lower_starts>(starts))
        for (std::size_t topic = 0; topic != one.size(); ++topic)
            starts[topic] = std::min(starts[topic], one[topic]);
}

void Ranks::raise_heads(std::vector<std::uint64_t>& heads) {
    for (const auto& one : each<&Rank::raise_heads>(heads))
        for (std::size_t topic = 0; topic != one.size(); ++topic)
            heads[topic] = std::max(heads[topic], one[topic]);
}

std::int64_t Ranks::silent() {
    std::vector<bool> heard;
    for (const auto& one : each<&Rank::heard_topics>()) {
        heard.resize(one.size());
        for (std::size_t topic = 0; topic != one.size(); ++topic) heard[topic] = heard[topic] || one[topic];
    }
    return sum<&Rank::silent>(heard);
}

Missing Ranks::missing(const std::vector<std::uint64_t>& heads, const std::vector<std::uint64_t>& untaken) {
    Missing all;
    for (const Missing& one : each<&Rank::missing>(heads, untaken)) {
        all.lost += one.lost;
        all.behind += one.behind;
    }
    return all;
}

void Ranks::begin_window() {
    each<&Rank::prepare_window>();
    each<&Rank::begin_window>(now_ns() + peers_.lead_ns());
}

void Ranks::end_window() {
    each<&Rank::status>();  // which wakes all that sleep
    each<&Rank::end_window>(now_ns() + peers_.lead_ns());
}

std::int64_t Ranks::patience_ns() const {
    return peers_.size() == 1 ? ns_per_s : 200 * ns_per_ms;
}

}  // namespace pushbench::loadgen
