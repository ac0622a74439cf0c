#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/report/figures.hpp"

namespace pushbench::loadgen {

/// What shall not be, as `--fail-if` says it: "latency.p99>50ms".
struct Threshold {
    enum class Is : std::uint8_t { above, at_least, below, at_most, equal, unequal };

    std::string text;  ///< as it was given
    const Figure* figure = nullptr;
    Is is = Is::above;
    double limit = 0;  ///< in the figure's own unit
};

/// FIGURE OP VALUE[unit]. Throws std::invalid_argument, one line that says what would be right.
Threshold parse_threshold(std::string_view text);

enum class Verdict : std::uint8_t {
    held,
    failed,
    not_judged,  ///< there is no value; or it would hold, but the trial is not valid
};

/// How a result stands to one threshold.
struct Judged {
    Threshold threshold;
    std::optional<double> value;  ///< in the figure's own unit
    Verdict verdict = Verdict::not_judged;
    std::string text;  ///< one line: the threshold, what was seen, by how much
};

/// `result` is what is written as JSON. A value that breaks its threshold fails whether or not the trial is
/// valid, since what was lost was lost; one that holds is worth something in a valid trial only.
std::vector<Judged> judge_thresholds(std::span<const Threshold> thresholds, const boost::json::value& result);

/// Whether each one held. Without any, too.
bool all_held(std::span<const Judged> judged);

boost::json::array thresholds_json(std::span<const Judged> judged);

}  // namespace pushbench::loadgen
