// What became of the clients that were not steady, as JSON.
#include <algorithm>

#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {
namespace {

std::int64_t clients(const Result& r, Role role) {
    return count_of(role, r.settings.connections, r.settings.behaviour);
}

json::value churn(const Result& r) {
    const Behaviour& b = r.settings.behaviour;
    if (b.churn_per_s == 0) return nullptr;
    return json::object{{"asked_per_s", b.churn_per_s}, {"replaced", r.totals.replaced}};
}

json::value slow_readers(const Result& r) {
    const Behaviour& b = r.settings.behaviour;
    if (b.slow_share == 0) return nullptr;
    return json::object{{"clients", clients(r, Role::slow)},
                        {"bytes_per_s", b.slow_bytes_per_s},
                        {"dropped", r.totals.dropped},
                        {"messages", r.window.counters.apart}};
}

json::value cut(const Result& r) {
    const Behaviour& b = r.settings.behaviour;
    if (!b.cut_after) return nullptr;
    const Histogram& back = r.back_times;
    const auto are_back = static_cast<std::int64_t>(back.count());
    const bool all = are_back == r.totals.cut && are_back != 0;
    return json::object{
        {"after_s", rounded(std::chrono::duration<double>(*b.cut_after).count())},
        {"connections", r.totals.cut},
        {"reconnect", b.retry == Retry::fixed ? "fixed" : "jitter"},
        {"reconnect_after_ms", b.retry_after / std::chrono::milliseconds{1}},
        {"resumes", b.resumes},
        {"not_back", r.totals.cut - are_back},
        {"back_us", percentiles(back)},
        {"all_back_s", all ? rounded(static_cast<double>(back.max_ns()) / 1e9) : json::value{}},
        {"peak_connects_per_s", rounded(r.storm.peak_per_s())}};
}

json::value vanished(const Result& r) {
    if (r.settings.behaviour.vanish_share == 0) return nullptr;
    json::object o{{"clients", clients(r, Role::vanishing)},
                   {"looked_s", nullptr},
                   {"let_go", nullptr},
                   {"still_held", nullptr},
                   {"held_s_p50", nullptr},
                   {"held_s_max", nullptr}};
    if (!r.held) return o;
    const auto& held_s = r.held->held_s;
    o["looked_s"] = rounded(r.held->looked_s);
    o["let_go"] = held_s.size();
    o["still_held"] = r.held->still_held;
    if (held_s.empty()) return o;
    o["held_s_p50"] = rounded(r.held->median_s());
    o["held_s_max"] = rounded(held_s.back());
    return o;
}

}  // namespace

json::value behaviour(const Result& r) {
    if (!r.settings.behaviour.any()) return nullptr;
    return json::object{
        {"churn", churn(r)}, {"slow_readers", slow_readers(r)}, {"cut", cut(r)}, {"vanished", vanished(r)}};
}

}  // namespace pushbench::loadgen
