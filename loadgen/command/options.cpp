#include "loadgen/command/options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "loadgen/command/parse.hpp"
#include "loadgen/transport/table.hpp"

#ifndef PUSHBENCH_VERSION
#define PUSHBENCH_VERSION "unknown"
#endif

namespace pushbench::loadgen {
namespace {

/// "--rate: 'abc' is not …". CLI11 puts nothing around it.
[[noreturn]] void wrong(const std::string& option, const std::string& text, const std::string& right) {
    throw CLI::ValidationError(option, "'" + text + "' is not " + right);
}

std::string plain(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.15g", number);
    return text;
}

/// Numbers are read here and not by CLI11, so that one wording says what would have been right.
template <class Number>
void number_option(CLI::App& app, const std::string& name, Number& value, double low, double high,
                   const std::string& help) {
    const auto read = [&value, name, low, high](const std::string& text) {
        Number parsed{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
        const bool whole = std::is_integral_v<Number>;
        const auto size = static_cast<double>(parsed);
        if (error != std::errc{} || end != text.data() + text.size() || !(size >= low && size <= high))
            wrong(name, text,
                  (whole ? "a whole number from " : "a number from ") + plain(low) + " to " + plain(high));
        value = parsed;
    };
    app.add_option_function<std::string>(name, read, help)
        ->type_name("N")
        ->default_str(plain(static_cast<double>(value)));
}

void duration_option(CLI::App& app, const std::string& name, std::chrono::nanoseconds& value,
                     bool may_be_zero, const std::string& shown, const std::string& help) {
    const auto read = [&value, name, may_be_zero](const std::string& text) {
        const auto parsed = parse_duration(text);
        if (!parsed || (!may_be_zero && parsed->count() == 0))
            wrong(name, text, "a duration such as 10s, 250ms or 1m");
        value = *parsed;
    };
    app.add_option_function<std::string>(name, read, help)->type_name("TIME")->default_str(shown);
}

void add_workload(CLI::App& app, Settings& settings) {
    constexpr double no_limit = 1e9;
    number_option(app, "--connections", settings.connections, 0, 1e6,
                  "subscribers; 0 measures the publisher alone");
    number_option(app, "--rate", settings.rate_per_s, 0, no_limit,
                  "notifications per second over all topics; 0 measures idle connections");
    number_option(app, "--payload", settings.payload_bytes, 0, 1024.0 * 1024,
                  "bytes of payload in a notification");
    number_option(app, "--topics", settings.topics, 1, 1e6,
                  "topics; client i listens to topic i modulo this");
    app.add_option("--topic", settings.topic, "name of the topic, or its beginning if there are several")
        ->capture_default_str();
    app.add_option("--arrival", settings.arrival, "constant or poisson")
        ->check([](const std::string& text) {
            return text == "constant" || text == "poisson" ? std::string{}
                                                           : "'" + text + "' is not constant or poisson";
        })
        ->type_name("TEXT")
        ->capture_default_str();
    number_option(app, "--seed", settings.seed, 0, 9e18, "of arrivals and of poll phases");
    duration_option(app, "--warmup", settings.warmup, true, "2s", "load before measuring begins");
    duration_option(app, "--duration", settings.duration, false, "10s", "how long to measure");
    duration_option(app, "--drain", settings.drain, true, "5s",
                    "at the end, how long to wait for what is still missing");
    duration_option(app, "--poll-interval", settings.poll_interval, true, "1s",
                    "between two short polls of a client; 0s: as soon as it is answered");
    duration_option(app, "--poll-wait", settings.poll_wait, false, "25s",
                    "how long a long poll is parked; the clients' come back evenly over it, and not at once");
    app.add_flag("--no-publish", settings.no_publish, "only listen, whoever publishes");
}

/// Where others publish, and it is known how much.
void add_listening(CLI::App& app, Settings& settings) {
    number_option(app, "--expect", settings.expect, 0, 1e6,
                  "with --no-publish: so many notifications of a fresh server shall reach each client; "
                  "measuring ends with the last, or after --duration, and what did not come is lost");
    number_option(app, "--skip", settings.skip, 0, 1e6,
                  "with --expect: so many come before those, as a warm-up, and are not counted");
    duration_option(app, "--linger", settings.linger, true, "0s",
                    "with --expect: how long to stay connected after the last");
}

void add_machine(CLI::App& app, Settings& settings) {
    number_option(app, "--threads", settings.threads, 1, 256, "threads that read");
    app.add_option_function<std::string>(
           "--cpus",
           [&settings](const std::string& text) {
               settings.cpus = parse_cpus(text);
               if (settings.cpus.empty()) wrong("--cpus", text, "a list of CPUs such as 1 or 2,4-6");
           },
           "CPUs to run on")
        ->type_name("LIST");
    duration_option(app, "--awake", settings.awake, true, "30us",
                    "how long a reader looks for more before it sleeps; 0s: not at all");
    number_option(app, "--connect-rate", settings.connects_per_s, 1, 1e6, "connects per second");
    number_option(
        app, "--source-addresses", settings.source_addresses, 0, 250,
        "spread clients over so many addresses from 127.0.0.1 on, for more than 28,000 connections");
    app.add_option_function<std::string>(
           "--server-pid",
           [&settings](const std::string& text) {
               int pid = 0;
               const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
               if (error != std::errc{} || end != text.data() + text.size() || pid < 1)
                   wrong("--server-pid", text, "a process number");
               settings.server_pid = pid;
           },
           "process whose CPU and memory to measure")
        ->type_name("PID");
}

/// What no option can tell alone.
void check_together(const Settings& settings) {
    if (!settings.no_publish && settings.admin.empty())
        throw CLI::ValidationError("--admin",
                                   "is needed to publish; give the server's admin address, or --no-publish");
    if (settings.expect != 0 && (!settings.no_publish || settings.topics != 1))
        throw CLI::ValidationError("--expect " + std::to_string(settings.expect),
                                   "is for --no-publish with one topic: who publishes knows");
    if (settings.expect == 0 && (settings.skip != 0 || settings.linger.count() != 0))
        throw CLI::ValidationError(
            settings.skip != 0 ? "--skip " + std::to_string(settings.skip) : "--linger",
            "needs --expect, to tell what comes after");
    if (settings.topic.empty()) throw CLI::ValidationError("--topic", "must not be empty");
    if (settings.connections == 0 && (settings.no_publish || settings.rate_per_s == 0))
        throw CLI::ValidationError(
            "--connections", "'0' measures the publisher alone, which needs a --rate and no --no-publish");
    if (settings.connections != 0 && settings.topics > settings.connections)
        throw CLI::ValidationError("--topics", std::to_string(settings.topics) + " topics for " +
                                                   std::to_string(settings.connections) +
                                                   " --connections would leave some without a subscriber");
    if (settings.poll_wait < std::chrono::milliseconds{1})
        throw CLI::ValidationError("--poll-wait", "is 1ms at least");
    const double count = settings.rate_per_s * std::chrono::duration<double>(settings.duration).count();
    if (!settings.no_publish && settings.rate_per_s > 0 && count < 1)
        throw CLI::ValidationError("--rate", plain(settings.rate_per_s) +
                                                 "/s publishes nothing within --duration; raise one of them");
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv, std::span<const Transport> rows,
                                     int& exit_code) {
    Options options;
    CLI::App app{"Subscribes many clients to a notification server and measures what each delivery takes.",
                 "loadgen"};
    app.set_version_flag("--version", "loadgen " PUSHBENCH_VERSION);
    app.add_option_function<std::string>(
           "--transport",
           [&](const std::string& text) {
               options.trial.transport = find_transport(rows, text);
               if (options.trial.transport == nullptr)
                   wrong("--transport", text, "one of " + transport_names(rows));
           },
           transport_names(rows))
        ->type_name("NAME")
        ->required();
    app.add_option("--target", options.trial.target, "address of the server")->capture_default_str();
    app.add_option("--admin", options.trial.admin, "admin address of the server, to publish through");
    add_workload(app, options.trial);
    add_listening(app, options.trial);
    add_machine(app, options.trial);
    app.add_option("--json", options.json_file, "write the result there")->type_name("FILE");
    app.add_option("--histogram", options.histogram_file, "write the latency percentiles there (.hgrm)")
        ->type_name("FILE");
    app.footer("Exit: 0 measured (valid or not, see the summary), 1 failed, 2 wrong usage, 130 interrupted.");
    try {
        app.parse(argc, argv);
        check_together(options.trial);
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
