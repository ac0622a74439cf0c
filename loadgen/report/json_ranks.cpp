// The processes that shared a load, as JSON.
#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {
namespace {

/// What a rank that is lost has measured nobody knows.
template <class Value>
json::value if_there(const RankReport& rank, Value value) {
    return rank.lost ? json::value{} : json::value(value);
}

json::object clock(const RankReport& rank) {
    return {{"same_as_rank_0", rank.same_clock},
            {"ahead_us", rounded(static_cast<double>(rank.ahead_ns) / 1e3)},
            {"bound_us", rounded(static_cast<double>(rank.bound_ns) / 1e3)},
            {"times_count", if_there(rank, rank.times_count)}};
}

json::object one(const RankReport& rank) {
    const auto cpu_s = rank.cpu_ns ? std::optional{static_cast<double>(*rank.cpu_ns) / 1e9} : std::nullopt;
    return {{"rank", rank.rank},
            {"host", rank.host},
            {"connections", rank.connections},
            {"lost", rank.lost},
            {"expected", if_there(rank, rank.expected)},
            {"delivered", if_there(rank, rank.delivered)},
            {"clock", clock(rank)},
            {"cpu_s", rounded(cpu_s)},
            {"cpu_cores", ratio(cpu_s, rank.seconds)},
            {"headroom", rank.lost ? json::value{} : rounded(rank.headroom)},
            {"busiest_slice", rank.lost ? json::value{} : rounded(rank.busiest_slice)},
            {"valid", !rank.lost && rank.wrong.empty()},
            {"invalid_because", json::value_from(rank.wrong)},
            {"marked_because", json::value_from(rank.slowed)}};
}

}  // namespace

json::value ranks(const Result& r) {
    if (r.ranks.empty()) return nullptr;
    json::array all;
    for (const RankReport& rank : r.ranks) all.push_back(one(rank));
    return all;
}

}  // namespace pushbench::loadgen
