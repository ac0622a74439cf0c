#pragma once

#include <gtest/gtest.h>

#include "loadgen/transport/table.hpp"
#include "loadgen/trial/rules.hpp"

namespace pushbench::loadgen {

/// What is told of the broken rules, whatever they make of the trial.
inline std::vector<std::string> broken_rules(const Result& r) {
    std::vector<std::string> all;
    for (const Finding& finding : judge(r))
        if (finding.broken()) all.push_back(finding.text);
    return all;
}

/// The row of that rule, and of which of several.
inline Finding finding(const Result& r, const std::string& rule, const std::string& of = "") {
    for (const Finding& row : judge(r))
        if (row.rule == rule && row.of == of) return row;
    ADD_FAILURE() << "no rule " << rule << " of '" << of << "'";
    return {};
}

/// 100 clients, 10/s for 10 s: everything as it should be.
inline Result good_result() {
    Result r;
    r.settings.transport = find_transport(transports(), "sse");
    r.settings.connections = 100;
    r.settings.rate_per_s = 10;
    r.published = 100;
    r.expected = r.delivered = 10'000;
    r.drained = true;
    r.window.seconds = 10;
    r.window.counters.delivered = r.totals.delivered = 10'000;
    for (std::int64_t i = 0; i != 10'000; ++i) {
        const std::int64_t due_ns = i / 100 * 100'000'000;
        const auto seq = static_cast<std::uint64_t>(i / 100 + 1);
        r.recorded.record({seq, "default", due_ns, due_ns + 50'000}, 0, due_ns + 2'000'000);
    }
    return r;
}

}  // namespace pushbench::loadgen
