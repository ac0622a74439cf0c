#include "loadgen/command/cli.hpp"

#include <iostream>
#include <sstream>

#include "loadgen/command/company.hpp"
#include "loadgen/command/interrupt.hpp"
#include "loadgen/command/options.hpp"
#include "loadgen/command/output_file.hpp"
#include "loadgen/command/outputs.hpp"
#include "loadgen/command/progress.hpp"
#include "loadgen/peers/star.hpp"
#include "loadgen/trial/trial.hpp"

namespace pushbench::loadgen {
namespace {

/// By whoever speaks for all: the only process there is, or rank 0.
int lead(const Options& options, Peers& peers) {
    check_shares(options.trial, peers);
    catch_interrupts();
    check_outputs(options.files);
    Progress progress;
    const Result result = run_trial(options.trial, peers, progress, Signals{});
    int exit_code = write_outputs(options, result);
    if (result.failure && !result.interrupted) {
        std::cerr << "loadgen: ended early: " << *result.failure << '\n';
        exit_code = 1;
    }
    return exit_code != 1 && result.interrupted ? 130 : exit_code;
}

int run(int argc, const char* const* argv, std::span<const Transport> rows, Peers& peers) {
    int exit_code = 0;
    const auto options = parse_options(argc, argv, rows, exit_code);
    if (!options) return exit_code;
    if (peers.rank() == 0) return lead(*options, peers);
    serve_trial(options->trial, peers);
    return 0;
}

/// One line, by the exit code that goes with what happened.
template <class Function>
int told(Function function) {
    try {
        return function();
    } catch (const Misfit& error) {
        std::cerr << "loadgen: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "loadgen: " << error.what() << '\n';
        return 1;
    }
}

}  // namespace

int loadgen_main(int argc, const char* const* argv, std::span<const Transport> rows) {
    keep_standard_streams();
    std::unique_ptr<Peers> peers;
    // What all ranks would say alike is said by the first.
    std::ostringstream unsaid;
    std::streambuf* const standard = keeps_silent() ? std::cerr.rdbuf(unsaid.rdbuf()) : nullptr;
    const int found = told([&] {
        peers = find_peers(argc, argv);
        return 0;
    });
    const int exit_code = peers ? told([&] { return run(argc, argv, rows, *peers); }) : found;
    if (standard != nullptr) std::cerr.rdbuf(standard);
    std::cout.flush();  // the end may come at once
    if (peers) peers->end(exit_code);
    return exit_code;
}

}  // namespace pushbench::loadgen
