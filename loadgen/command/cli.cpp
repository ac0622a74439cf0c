#include "loadgen/command/cli.hpp"

#include <iostream>

#include "loadgen/command/interrupt.hpp"
#include "loadgen/command/options.hpp"
#include "loadgen/command/output_file.hpp"
#include "loadgen/command/progress.hpp"
#include "loadgen/report/hgrm.hpp"
#include "loadgen/report/report.hpp"
#include "loadgen/trial/trial.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

/// What takes minutes to measure is not lost because of a mistyped folder.
void check_outputs(const Options& options) {
    check_writable("--json", options.json_file);
    check_writable("--histogram", options.histogram_file);
}

/// Each is tried, whatever became of the others.
bool write_outputs(const Options& options, const Result& result) {
    bool all = write_summary(to_summary(result), options.takes_standard_output());
    all = write_output("--json", options.json_file, to_json_text(result)) && all;
    if (!options.histogram_file.empty())
        all = write_output("--histogram", options.histogram_file, to_hgrm(result.recorded.latency)) && all;
    return all;
}

}  // namespace

int loadgen_main(int argc, const char* const* argv, std::span<const Transport> rows) {
    int exit_code = 0;
    keep_standard_streams();
    try {
        const auto options = parse_options(argc, argv, rows, exit_code);
        if (!options) return exit_code;
        catch_interrupts();
        check_outputs(*options);
        Progress progress;
        const Result result = run_trial(options->trial, progress, Signals{});
        if (!write_outputs(*options, result)) exit_code = 1;
        if (result.failure && !result.interrupted) {
            std::cerr << "loadgen: ended early: " << *result.failure << '\n';
            exit_code = 1;
        }
        return exit_code == 0 && result.interrupted ? 130 : exit_code;
    } catch (const std::exception& error) {
        std::cerr << "loadgen: " << error.what() << '\n';
        return 1;
    }
}

}  // namespace pushbench::loadgen
