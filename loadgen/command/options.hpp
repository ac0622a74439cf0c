#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "loadgen/report/threshold.hpp"
#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// Where the result is written to, besides the terminal. Empty: not at all; "-": standard output.
struct OutputFiles {
    std::string json;
    std::string histogram;
    std::string junit;
    std::string metrics;
    std::string series_csv;
};

/// Everything the command line says: what the trial is, what is held against it, and where its result goes.
struct Options {
    Settings trial;
    std::vector<Threshold> thresholds;
    OutputFiles files;
};

/// With its version.
[[nodiscard]] std::string program_name();

/// Reads the command line. Empty when all is said already (--help, --version, or one line about what is
/// wrong); `exit_code` is then what to end with.
std::optional<Options> parse_options(int argc, const char* const* argv, std::span<const Transport> rows,
                                     int& exit_code);

}  // namespace pushbench::loadgen
