#include <cstdio>
#include <stdexcept>

#include "loadgen/command/option_groups.hpp"
#include "loadgen/command/option_readers.hpp"
#include "loadgen/command/outputs.hpp"
#include "loadgen/command/parse.hpp"
#include "loadgen/report/figures.hpp"
#include "loadgen/report/threshold.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

void list_figures() {
    for (const Figure& figure : figures())
        std::printf("%-48s %-11s %s\n", figure.short_name.c_str(), figure.unit.c_str(),
                    figure.description.c_str());
}

void add_thresholds(CLI::App& app, Options& options) {
    app.add_option_function<std::vector<std::string>>(
           "--fail-if",
           [&options](const std::vector<std::string>& texts) {
               for (const std::string& text : texts) try {
                       options.thresholds.push_back(parse_threshold(text));
                   } catch (const std::invalid_argument& why) {
                       throw CLI::ValidationError("--fail-if", why.what());
                   }
           },
           "exit with 3 if this is so, such as 'latency.p99>50ms' or 'lost>0'; may be given several times")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    app.add_flag_callback(
        "--list-figures",
        [] {
            list_figures();
            throw CLI::Success{};
        },
        "what --fail-if may look at, with units, and end");
}

void add_series(CLI::App& app, Settings& settings) {
    app.add_option_function<std::string>(
           "--series",
           [&settings](const std::string& text) {
               const auto step = parse_duration(text);
               if (!step || (step->count() != 0 && *step < std::chrono::milliseconds{10}))
                   wrong("--series", text, "a duration from 10ms on such as 1s, or 0s for no series");
               settings.series = step;
           },
           "length of the slices of the time series; 0s: none")
        ->type_name("TIME")
        ->default_str("1s");
}

}  // namespace

void add_output(CLI::App& app, Options& options) {
    app.option_defaults()->group("Output");
    OutputFiles& files = options.files;
    const auto file = [&](const char* name, std::string& path, const char* what) {
        app.add_option(name, path, what)->type_name("FILE");
    };
    file("--json", files.json, "write the result there; - is standard output, here and below");
    file("--histogram", files.histogram, "write the latency percentiles there (.hgrm)");
    file("--junit", files.junit, "write thresholds and rules there as a test report");
    file("--metrics", files.metrics, "write the result there as OpenMetrics text");
    file("--series-csv", files.series_csv, "write the time series there as CSV");
    add_series(app, options.trial);
    add_thresholds(app, options);
}

void check_output(const OutputFiles& files) {
    try {
        check_outputs_apart(files);
    } catch (const Failure& failure) {
        throw CLI::ParseError(failure.what(), CLI::ExitCodes::ValidationError);
    }
}

}  // namespace pushbench::loadgen
