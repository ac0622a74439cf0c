#include "loadgen/command/option_groups.hpp"
#include "loadgen/command/option_readers.hpp"

namespace pushbench::loadgen {

void add_workload(CLI::App& app, Options& options) {
    app.option_defaults()->group("Workload");
    Settings& settings = options.trial;
    number_option(app, "--connections", settings.connections, 0, 1e6,
                  "subscribers; 0 measures the publisher alone");
    number_option(app, "--topics", settings.topics, 1, 1e6,
                  "topics; client i listens to topic i modulo this");
    app.add_option("--topic", settings.topic, "name of the topic, or its beginning if there are several")
        ->capture_default_str();
    number_option(app, "--seed", settings.seed, 0, 9e18, "of arrivals and of poll phases");
    number_option(app, "--connect-rate", settings.connects_per_s, 1, 1e6, "connects per second");
    duration_option(app, "--warmup", settings.warmup, true, "2s", "load before measuring begins");
    duration_option(app, "--duration", settings.duration, false, "10s", "how long to measure");
    duration_option(app, "--drain", settings.drain, true, "5s",
                    "at the end, how long to wait for what is still missing");
    duration_option(app, "--poll-interval", settings.poll_interval, true, "1s",
                    "between two short polls of a client; 0s: as soon as it is answered");
    duration_option(app, "--poll-wait", settings.poll_wait, false, "25s",
                    "how long a long poll is parked; the clients' come back evenly over it, and not at once");
}

void check_workload(const Settings& settings) {
    if (settings.topic.empty()) throw CLI::ValidationError("--topic", "must not be empty");
    if (settings.connections == 0 && (settings.no_publish || settings.rate_per_s == 0))
        throw CLI::ValidationError(
            "--connections", "'0' measures the publisher alone, which needs a --rate and no --no-publish");
    if (settings.connections != 0 && settings.topics > settings.connections)
        throw CLI::ValidationError("--topics", std::to_string(settings.topics) + " topics for " +
                                                   std::to_string(settings.connections) +
                                                   " --connections would leave some without a subscriber");
    constexpr double most_slices = 20'000;
    if (settings.series && settings.series->count() != 0 &&
        settings.duration / std::chrono::duration<double>{*settings.series} > most_slices)
        throw CLI::ValidationError("--series", "makes over 20,000 slices of --duration; give a longer one");
    if (settings.poll_wait < std::chrono::milliseconds{1})
        throw CLI::ValidationError("--poll-wait", "is 1ms at least");
}

}  // namespace pushbench::loadgen
