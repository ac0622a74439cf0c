#include "loadgen/command/cli.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>

#include "loadgen/command/interrupt.hpp"
#include "loadgen/command/options.hpp"
#include "loadgen/command/progress.hpp"
#include "loadgen/report/hgrm.hpp"
#include "loadgen/report/report.hpp"
#include "loadgen/trial/trial.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

/// False, and one line, if it cannot be written in full.
bool write_file(const std::string& path, const std::string& text, const char* option) {
    if (path.empty()) return true;
    errno = 0;
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << text;
    file.close();
    if (file) return true;
    std::cerr << "loadgen: " << option << " '" << path << "' cannot be written: " << std::strerror(errno)
              << '\n';
    return false;
}

}  // namespace

int loadgen_main(int argc, const char* const* argv, std::span<const Transport> rows) {
    int exit_code = 0;
    try {
        const auto options = parse_options(argc, argv, rows, exit_code);
        if (!options) return exit_code;
        catch_interrupts();
        Progress progress;
        const Result result = run_trial(options->trial, progress, Signals{});
        std::cout << to_summary(result) << std::flush;
        if (result.failure && !result.interrupted) {
            std::cerr << "loadgen: ended early: " << *result.failure << '\n';
            exit_code = 1;
        }
        if (!write_file(options->json_file, to_json_text(result), "--json")) exit_code = 1;
        if (!options->histogram_file.empty() &&
            !write_file(options->histogram_file, to_hgrm(result.recorded.latency), "--histogram"))
            exit_code = 1;
        if (!std::cout) exit_code = 1;
        return exit_code == 0 && result.interrupted ? 130 : exit_code;
    } catch (const std::exception& error) {
        std::cerr << "loadgen: " << error.what() << '\n';
        return 1;
    }
}

}  // namespace pushbench::loadgen
