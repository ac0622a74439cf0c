#include "loadgen/report/summary_parts.hpp"

#include <array>
#include <set>
#include <utility>

#include "loadgen/measure/format.hpp"

namespace pushbench::loadgen {
namespace {

std::string row(std::string name, const std::string& text) {
    name.resize(18, ' ');
    return "  " + name + " " + text + "\n";
}

std::string counted(std::int64_t number) {
    return format_count(static_cast<double>(number));
}

}  // namespace

std::string refusals_text(const Result& r) {
    const Counters& c = r.totals;
    const std::array<std::pair<std::int64_t, const char*>, 6> kinds = {
        {{c.refused_2xx, "with 2xx that is not this protocol"},
         {c.refused_3xx, "with 3xx"},
         {c.refused_4xx, "with 4xx"},
         {c.refused_5xx, "with 5xx"},
         {c.protocol_errors, "by what is not this protocol"},
         {c.connect_failures, "connects that failed"}}};
    std::string text;
    for (const auto& [number, how] : kinds)
        if (number != 0) text += (text.empty() ? "" : ", ") + counted(number) + " " + how;
    return text.empty() ? text : row("refused", text);
}

std::string tls_text(const Result& r) {
    if (r.totals.tls_handshakes == 0) return {};
    const auto typical = r.tls_times.percentile_ns(0.5);
    const std::string time = typical ? ", median " + format_us(static_cast<double>(*typical) / 1e3) : "";
    return row("TLS", counted(r.totals.tls_handshakes) + " handshakes, " + counted(r.totals.tls_resumptions) +
                          " of them resumed" + time);
}

namespace {

std::string cut_text(const Result& r) {
    const Histogram& back = r.back_times;
    const auto missing = r.totals.cut - static_cast<std::int64_t>(back.count());
    std::string text = counted(r.totals.cut) + " connections; ";
    if (missing != 0 || back.count() == 0)
        text += counted(missing) + " were not back at the end";
    else
        text += "all back after " + format_us(static_cast<double>(back.max_ns()) / 1e3);
    return text + ", at most " + format_count(r.storm.peak_per_s()) + " connects/s";
}

std::string vanished_text(const Held& held) {
    if (held.held_s.empty())
        return "the server still held all " + counted(held.still_held) + " after " +
               format_us(held.looked_s * 1e6);
    return "the server let go of " + counted(static_cast<std::int64_t>(held.held_s.size())) +
           ", half of them after " + format_us(held.median_s() * 1e6) + ", the last after " +
           format_us(held.held_s.back() * 1e6) +
           (held.still_held == 0 ? "" : "; it still held " + counted(held.still_held));
}

}  // namespace

std::string behaviour_text(const Result& r) {
    const Behaviour& b = r.settings.behaviour;
    std::string text;
    if (b.churn_per_s > 0)
        text += row("churn", counted(r.totals.replaced) + " clients left, and as many came");
    if (b.slow_share > 0)
        text += row("slow readers", counted(r.window.counters.apart) + " messages read; the server closed " +
                                        counted(r.totals.dropped));
    if (b.cut_after) text += row("cut", cut_text(r));
    if (b.vanish_share > 0)
        text +=
            row("vanished", r.held ? vanished_text(*r.held)
                                   : "how long they were held is not known: is the server on this machine?");
    return text;
}

std::string no_latency_text(const Result& r) {
    if (r.recorded.latency.count() != 0 || r.window.counters.delivered == 0) return {};
    return row("latency",
               "not known: the messages carry no times. Publish with --publish and {marker} in its body, and "
               "give --message marker: see docs/loadgen.md");
}

std::string ranks_text(const Result& r) {
    if (r.ranks.empty()) return {};
    std::set<std::string> hosts;
    for (const RankReport& rank : r.ranks) hosts.insert(rank.host);
    std::string text = row("ranks", counted(static_cast<std::int64_t>(r.ranks.size())) + " on " +
                                        counted(static_cast<std::int64_t>(hosts.size())) +
                                        (hosts.size() == 1 ? " host" : " hosts"));
    for (const RankReport& rank : r.ranks) {
        if (rank.lost || rank.same_clock) continue;
        const std::string bound = format_us(static_cast<double>(rank.bound_ns) / 1e3);
        text +=
            row("clock", "of rank " + std::to_string(rank.rank) + " (" + rank.host + ") known to " + bound +
                             (rank.times_count ? "" : ", too little: its latencies are not in the result"));
    }
    return text;
}

}  // namespace pushbench::loadgen
