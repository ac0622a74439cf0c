// The verdict on a load that several processes have shared.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "loadgen/trial/merge.hpp"
#include "loadgen/trial/rules.hpp"

namespace pushbench::loadgen {
namespace {

struct Name {
    std::string_view rule;
    std::string_view of;
};

/// A process and its machine stand to these by themselves: there is no sum of several that could.
constexpr std::array of_a_process = {
    Name{"generator_busy", ""},
    Name{"wakeup_delay", "loadgen"},
    Name{"not_isolated", "loadgen"},
    Name{"steal", ""},
    Name{"forced_switches", "loadgen"},
    Name{"swap", "loadgen"},
    Name{"swap", "machine"},
    Name{"clock", "source"},
    Name{"clock", "rate"},
};
/// These are of the whole alone: few notifications need not reach each rank, and it is one publisher's doing.
constexpr std::array of_the_whole = {
    Name{"no_notification", ""}, Name{"publish_rate", ""}, Name{"publish_count", ""},
    Name{"drain_timeout", ""},   Name{"clock", "stamps"},
};

template <std::size_t count>
bool is_among(const std::array<Name, count>& names, const Finding& finding) {
    return std::any_of(names.begin(), names.end(),
                       [&](const Name& name) { return name.rule == finding.rule && name.of == finding.of; });
}

/// How near to the limit, or how far beyond. Of limits of 0 nothing is near.
double weight(const Finding& finding) {
    if (!finding.judged()) return -1;
    if (finding.limit > 0) return *finding.value / finding.limit;
    return finding.broken() ? HUGE_VAL : 0;
}

/// "rule: what was seen" of a rank, by its name.
std::string named(const std::string& text, const RankReport& rank) {
    const std::size_t at = text.find(": ");
    const std::string who = "rank " + std::to_string(rank.rank) + " (" + rank.host + "): ";
    return at == std::string::npos ? who + text : text.substr(0, at + 2) + who + text.substr(at + 2);
}

/// What one of the ranks makes of the finding on the whole.
void weigh_in(Finding& whole, const Finding& own, const RankReport& rank) {
    const bool by_process = is_among(of_a_process, whole);
    if (own.broken() && whole.broken() && !by_process) {
        // The figure is that of the whole; who had a part in it is worth knowing.
        whole.text += "; " + named(own.text, rank).substr(own.text.find(": ") + 2);
        return;
    }
    if (!own.broken() && !by_process) return;
    if (weight(own) <= weight(whole)) return;
    whole = own;
    if (own.broken()) whole.text = named(own.text, rank);
}

}  // namespace

std::vector<Finding> judge_with_parts(Result& whole, const std::vector<Part>& parts) {
    std::vector<Finding> all = judge(whole);
    // A process is the worst of them, not their sum.
    for (Finding& finding : all)
        if (is_among(of_a_process, finding)) finding.value.reset();
    for (const Part& part : parts) {
        RankReport& report = whole.ranks.at(part.rank);
        const std::vector<Finding> own = judge(part.result);
        for (std::size_t row = 0; row != all.size(); ++row) {
            if (is_among(of_the_whole, own[row])) continue;
            if (own[row].broken())
                (own[row].effect == Effect::wrong ? report.wrong : report.slowed).push_back(own[row].text);
            weigh_in(all[row], own[row], report);
        }
    }
    return all;
}

}  // namespace pushbench::loadgen
