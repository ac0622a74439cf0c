#include "loadgen/command/outputs.hpp"

#include <boost/json.hpp>
#include <iostream>

#include "loadgen/command/output_file.hpp"
#include "loadgen/report/hgrm.hpp"
#include "loadgen/report/json_text.hpp"
#include "loadgen/report/junit.hpp"
#include "loadgen/report/openmetrics.hpp"
#include "loadgen/report/report.hpp"
#include "loadgen/report/series_csv.hpp"
#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

/// What there is to write from.
struct Findings {
    const Result& result;
    const boost::json::object& document;
    std::span<const Judged> judged;
};

/// One file that may be asked for. A new one is a row here, and an option.
struct Output {
    const char* option;
    std::string OutputFiles::*path;
    std::string (*text)(const Findings&);
};

constexpr Output outputs[] = {
    {"--json", &OutputFiles::json, [](const Findings& f) { return to_indented_text(f.document); }},
    {"--histogram", &OutputFiles::histogram,
     [](const Findings& f) { return to_hgrm(f.result.recorded.latency); }},
    {"--junit", &OutputFiles::junit, [](const Findings& f) { return to_junit(f.result, f.judged); }},
    {"--metrics", &OutputFiles::metrics, [](const Findings& f) { return to_openmetrics(f.document); }},
    {"--series-csv", &OutputFiles::series_csv, [](const Findings& f) { return to_series_csv(f.document); }},
};

int to_standard_output(const OutputFiles& files) {
    int number = 0;
    for (const Output& output : outputs) number += files.*output.path == standard_output ? 1 : 0;
    return number;
}

int tell_thresholds(std::span<const Judged> judged) {
    for (const Judged& one : judged)
        if (one.verdict != Verdict::held)
            std::cerr << "loadgen: " << (one.verdict == Verdict::failed ? "failed: " : "") << one.text
                      << '\n';
    return all_held(judged) ? 0 : 3;
}

}  // namespace

void check_outputs_apart(const OutputFiles& files) {
    if (to_standard_output(files) > 1)
        throw Failure("'-' is named for several files, and standard output holds only one of them");
    for (const Output& one : outputs)
        for (const Output* other = outputs; other != &one; ++other)
            if (same_file(files.*one.path, files.*other->path))
                throw Failure(std::string{other->option} + " and " + one.option + " name the same file '" +
                              files.*one.path + "'; give each its own");
}

void check_outputs(const OutputFiles& files) {
    for (const Output& output : outputs) check_writable(output.option, files.*output.path);
}

int write_outputs(const Options& options, const Result& result) {
    boost::json::object document = to_json(result);
    const std::vector<Judged> judged = judge_thresholds(options.thresholds, document);
    document["thresholds"] = thresholds_json(judged);
    bool all = write_summary(to_summary(result, judged), to_standard_output(options.files) != 0);
    for (const Output& output : outputs)
        if (const std::string& path = options.files.*output.path; !path.empty())
            all &= write_output(output.option, path, output.text({result, document, judged}));
    const int by_thresholds = tell_thresholds(judged);
    return all ? by_thresholds : 1;
}

}  // namespace pushbench::loadgen
