#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "loadgen/result.hpp"

namespace pushbench::loadgen {

/// What the rules of one trial are told in: "kind: what was seen and what the limit is".
using Broken = std::vector<std::string>;

template <class... Args>
std::string format(const char* pattern, Args... args) {
    char text[240];
    std::snprintf(text, sizeof text, pattern, args...);
    return text;
}

/// Was the machine ours, and as it should be?
void check_machine(const Result& r, Broken& broken);

/// Is the server still the one that the trial began with?
void check_server_runs_on(const Result& r, Broken& broken);

}  // namespace pushbench::loadgen
