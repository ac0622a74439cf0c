#pragma once

#include <optional>
#include <span>
#include <string>

#include "loadgen/trial/settings.hpp"

namespace pushbench::loadgen {

/// Everything the command line says: what the trial is, and where its result goes.
struct Options {
    Settings trial;
    std::string json_file;
    std::string histogram_file;

    /// Then what a person reads goes to standard error.
    [[nodiscard]] bool takes_standard_output() const { return json_file == "-" || histogram_file == "-"; }
};

/// Reads the command line. Empty when all is said already (--help, --version, or one line about what is
/// wrong); `exit_code` is then what to end with.
std::optional<Options> parse_options(int argc, const char* const* argv, std::span<const Transport> rows,
                                     int& exit_code);

}  // namespace pushbench::loadgen
