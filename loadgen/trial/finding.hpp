#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pushbench::loadgen {

/// What a broken rule makes of a trial.
enum class Effect : std::uint8_t {
    wrong,  ///< its figures are not what they are called: the trial is void
    slow,   ///< something made it slower than it is: the trial counts, and is marked
};

/// How one trial stands to one rule of measuring.
struct Finding {
    const char* rule = "";
    const char* of = "";  ///< which of several: a side, a clock; empty where there is one
    const char* unit = "";
    Effect effect = Effect::wrong;
    bool applies = true;          ///< to a trial of this kind
    std::optional<double> value;  ///< empty: it could not be read, or there was too little to judge by
    double limit = 0;             ///< the highest value that is right
    std::string text;             ///< only where it is broken: "rule: what was seen and what the limit is"

    [[nodiscard]] bool judged() const { return applies && value.has_value(); }
    [[nodiscard]] bool broken() const { return judged() && *value > limit; }
};

/// What is told of the broken rules of that effect.
inline std::vector<std::string> texts(const std::vector<Finding>& findings, Effect effect) {
    std::vector<std::string> all;
    for (const Finding& finding : findings)
        if (finding.broken() && finding.effect == effect) all.push_back(finding.text);
    return all;
}

}  // namespace pushbench::loadgen
