#include "loadgen/command/cli.hpp"

#include <iostream>

#include "loadgen/command/interrupt.hpp"
#include "loadgen/command/options.hpp"
#include "loadgen/command/output_file.hpp"
#include "loadgen/command/outputs.hpp"
#include "loadgen/command/progress.hpp"
#include "loadgen/trial/trial.hpp"

namespace pushbench::loadgen {

int loadgen_main(int argc, const char* const* argv, std::span<const Transport> rows) {
    int exit_code = 0;
    keep_standard_streams();
    try {
        const auto options = parse_options(argc, argv, rows, exit_code);
        if (!options) return exit_code;
        catch_interrupts();
        check_outputs(options->files);
        Progress progress;
        const Result result = run_trial(options->trial, progress, Signals{});
        exit_code = write_outputs(*options, result);
        if (result.failure && !result.interrupted) {
            std::cerr << "loadgen: ended early: " << *result.failure << '\n';
            exit_code = 1;
        }
        return exit_code != 1 && result.interrupted ? 130 : exit_code;
    } catch (const std::exception& error) {
        std::cerr << "loadgen: " << error.what() << '\n';
        return 1;
    }
}

}  // namespace pushbench::loadgen
