#include "loadgen/command/options.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "loadgen/command/option_groups.hpp"

#ifndef PUSHBENCH_VERSION
#define PUSHBENCH_VERSION "unknown"
#endif

namespace pushbench::loadgen {

std::string program_name() {
    return "loadgen " PUSHBENCH_VERSION;
}

std::optional<Options> parse_options(int argc, const char* const* argv, std::span<const Transport> rows,
                                     int& exit_code) {
    Options options;
    CLI::App app{"Subscribes many clients to a notification server and measures what each delivery takes.",
                 "loadgen"};
    app.set_version_flag("--version", program_name());
    add_target(app, options, rows);
    add_speech(app, options);
    add_workload(app, options);
    add_behaviour(app, options);
    add_publish(app, options);
    add_machine(app, options);
    add_output(app, options);
    app.footer(
        "Exit: 0 measured (valid or not, see the summary), 1 failed, 2 wrong usage, 3 a threshold did not "
        "hold, "
        "130 interrupted.\nMore: docs/loadgen.md, docs/measure-your-server.md.");
    try {
        app.parse(argc, argv);
        options.trial.expects_silence = app.count("--expect") != 0 && options.trial.expect == 0;
        settle_speech(options.trial, rows);
        check_publish(app, options.trial);
        check_workload(options.trial);
        check_behaviour(app, options.trial);
        check_output(options.files);
    } catch (const CLI::Success& help) {
        exit_code = app.exit(help);
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        std::cerr << "loadgen: " << error.what() << "; see loadgen --help\n";
        exit_code = 2;
        return std::nullopt;
    }
    return options;
}

}  // namespace pushbench::loadgen
