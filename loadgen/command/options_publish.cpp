#include "loadgen/command/option_groups.hpp"
#include "loadgen/command/option_readers.hpp"

namespace pushbench::loadgen {
namespace {

/// Where others publish, and it is known how much.
void add_listening(CLI::App& app, Settings& settings) {
    app.add_flag("--no-publish", settings.no_publish, "only listen, whoever publishes");
    number_option(app, "--expect", settings.expect, 0, 1e6,
                  "with --no-publish: so many notifications of a fresh server shall reach each client; "
                  "measuring ends with the last, or after --duration, and what did not come is lost; 0 says "
                  "that none is to come");
    number_option(app, "--skip", settings.skip, 0, 1e6,
                  "with --expect: so many come before those, as a warm-up, and are not counted");
    duration_option(app, "--linger", settings.linger, true, "0s",
                    "with --expect: how long to stay connected after the last");
}

}  // namespace

void add_publish(CLI::App& app, Options& options) {
    app.option_defaults()->group("Publishing");
    Settings& settings = options.trial;
    CLI::Option* admin =
        app.add_option("--admin", settings.admin, "admin address of the server, to publish through")
            ->check(url_check(true));
    app.add_option_function<std::string>(
           "--admin-token-file",
           [&settings](const std::string& path) {
               const auto words = read_tokens("--admin-token-file", path);
               if (words.size() != 1) wrong("--admin-token-file", path, "a file with one token in it");
               settings.admin_token = words.front();
           },
           "file with the token that the admin port asks for, as its server was given it")
        ->needs(admin)
        ->type_name("FILE");
    number_option(app, "--rate", settings.rate_per_s, 0, 1e9,
                  "notifications per second over all topics; 0 measures idle connections");
    number_option(app, "--payload", settings.payload_bytes, 0, 1024.0 * 1024,
                  "bytes of payload in a notification");
    app.add_option("--arrival", settings.arrival, "constant or poisson")
        ->check([](const std::string& text) {
            return text == "constant" || text == "poisson" ? std::string{}
                                                           : "'" + text + "' is not constant or poisson";
        })
        ->type_name("TEXT")
        ->capture_default_str();
    add_publish_via(app, settings);
    add_listening(app, settings);
}

void check_publish(const CLI::App& app, const Settings& settings) {
    check_publish_via(app, settings);
    // What only who publishes can do is not silently left undone.
    for (const char* option : {"--rate", "--payload", "--arrival"})
        if (settings.no_publish && app.count(option) != 0)
            throw CLI::ValidationError(option, "is for who publishes; with --no-publish others do");
    if (!settings.no_publish && settings.admin.empty() && !publishes_by_url(settings))
        throw CLI::ValidationError(
            "--admin",
            "is needed to publish; give the server's admin address, or --publish URL, or "
            "--no-publish");
    if (settings.expects_silence && !settings.no_publish)
        throw CLI::ValidationError("--expect 0", "is for --no-publish: who publishes knows");
    if (settings.expect != 0 && (!settings.no_publish || settings.topics != 1))
        throw CLI::ValidationError("--expect " + std::to_string(settings.expect),
                                   "is for --no-publish with one topic: who publishes knows");
    if (settings.expect == 0 && (settings.skip != 0 || settings.linger.count() != 0))
        throw CLI::ValidationError(
            settings.skip != 0 ? "--skip " + std::to_string(settings.skip) : "--linger",
            "needs --expect, to tell what comes after");
    const double count = settings.rate_per_s * std::chrono::duration<double>(settings.duration).count();
    if (!settings.no_publish && settings.rate_per_s > 0 && count < 1)
        throw CLI::ValidationError("--rate", plain(settings.rate_per_s) +
                                                 "/s publishes nothing within --duration; raise one of them");
}

}  // namespace pushbench::loadgen
