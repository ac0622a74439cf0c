#pragma once

#include <CLI/CLI.hpp>
#include <span>

#include "loadgen/command/options.hpp"

namespace pushbench::loadgen {

// One file a subject, options_<subject>.cpp. Each adds its options as a group of their own in --help, and
// says what no option can tell alone: `check_…` throws CLI::ValidationError once all are read.

/// Whom to speak to, and how.
void add_target(CLI::App& app, Options& options, std::span<const Transport> rows);

/// In which words: dialect, headers, subprotocol, tokens. `settle_speech` works out what all of them come to.
void add_speech(CLI::App& app, Options& options);
/// `rows` are the transports that there are, for a URL that names its own.
void settle_speech(Settings& settings, std::span<const Transport> rows);

/// How many clients, for how long, and how they ask.
void add_workload(CLI::App& app, Options& options);
void check_workload(const Settings& settings);

/// How clients behave that are not steady.
void add_behaviour(CLI::App& app, Options& options);
void check_behaviour(const CLI::App& app, const Settings& settings);

/// Who publishes what: we, through the server, or others.
void add_publish(CLI::App& app, Options& options);
void check_publish(const CLI::App& app, const Settings& settings);

/// The same, through an API of the target's.
void add_publish_via(CLI::App& app, Settings& settings);
void check_publish_via(const CLI::App& app, const Settings& settings);

/// What the load generator itself runs on, and whose costs are taken.
void add_machine(CLI::App& app, Options& options);

/// Where the result goes.
void add_output(CLI::App& app, Options& options);
void check_output(const OutputFiles& files);

}  // namespace pushbench::loadgen
