#pragma once

#include <cstdio>
#include <span>
#include <string>

#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

template <class... Args>
std::string format(const char* pattern, Args... args) {
    char text[320];
    std::snprintf(text, sizeof text, pattern, args...);
    return text;
}

/// What a rule looks at in a trial.
struct Measured {
    std::optional<double> value;  ///< broken when it is above the limit
    double limit = 0;
    bool applies = true;
};

/// One rule of measuring. A new one is a row in one of the tables below.
struct Rule {
    const char* name;
    const char* of;  ///< which of several of this name
    const char* unit;
    Effect effect;
    Measured (*measure)(const Result&);
    std::string (*tell)(const Result&, const Measured&);  ///< asked only where it is broken
};

/// Did all that was published come, once and in order, and had the load generator time for it?
std::span<const Rule> trial_rules();

/// Did the publisher do what it was asked to, in its time?
std::span<const Rule> publish_rules();

/// Were the clients served as clients are?
std::span<const Rule> crowd_rules();

/// Was the machine ours, and as it should be?
std::span<const Rule> machine_rules();

/// Is the server the one that it was, and its clock ours?
std::span<const Rule> server_rules();

/// How the trial stands to each rule of measuring.
std::vector<Finding> judge(const Result& result);

}  // namespace pushbench::loadgen
