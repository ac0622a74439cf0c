#include <charconv>

#include "loadgen/command/option_groups.hpp"
#include "loadgen/command/option_readers.hpp"
#include "loadgen/command/parse.hpp"

namespace pushbench::loadgen {
namespace {

/// "5%" or "0.05".
double share(const std::string& option, const std::string& text) {
    std::string_view number = text;
    const bool percent = number.ends_with('%');
    if (percent) number.remove_suffix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (percent) value /= 100;
    if (error != std::errc{} || end != number.data() + number.size() || !(value > 0 && value <= 1))
        wrong(option, text, "a share of the clients such as 5% or 0.05");
    return value;
}

void share_option(CLI::App& app, const std::string& name, double& value, const std::string& help) {
    app.add_option_function<std::string>(
           name, [&value, name](const std::string& text) { value = share(name, text); }, help)
        ->type_name("SHARE");
}

void add_cut(CLI::App& app, Behaviour& behaviour) {
    app.add_option_function<std::string>(
           "--cut",
           [&behaviour](const std::string& text) {
               behaviour.cut_after = parse_duration(text);
               if (!behaviour.cut_after) wrong("--cut", text, "a time such as 2s");
           },
           "so long into the measuring their connections are cut, all at once")
        ->type_name("TIME");
    share_option(app, "--cut-share", behaviour.cut_share, "with --cut: of whom; by itself of all");
    app.add_option_function<std::string>(
           "--reconnect",
           [&behaviour](const std::string& text) {
               if (text != "jitter" && text != "fixed") wrong("--reconnect", text, "jitter or fixed");
               behaviour.retry = text == "fixed" ? Retry::fixed : Retry::jitter;
           },
           "when one comes back that lost its connection: jitter, at random within a bound that doubles; or "
           "fixed, after the same time each")
        ->type_name("HOW")
        ->default_str("jitter");
    duration_option(app, "--reconnect-after", behaviour.retry_after, false, "100ms",
                    "that time, or the first bound; a server's own word goes before it");
    app.add_flag("!--no-resume", behaviour.resumes, "who comes back does not say how far it had come");
}

[[noreturn]] void refuse(const std::string& option, const std::string& why) {
    throw CLI::ValidationError(option, why);
}

}  // namespace

void add_behaviour(CLI::App& app, Options& options) {
    app.option_defaults()->group("Behaviour of clients, while it is measured");
    Behaviour& behaviour = options.trial.behaviour;
    number_option(app, "--churn", behaviour.churn_per_s, 0, 1e5,
                  "clients that leave per second, a fresh one in the place of each");
    share_option(app, "--slow-readers", behaviour.slow_share, "these read slowly, and are not counted");
    number_option(app, "--slow-rate", behaviour.slow_bytes_per_s, 0, 1e9,
                  "with --slow-readers: bytes per second that each reads; 0: none at all");
    share_option(app, "--vanish", behaviour.vanish_share,
                 "these are gone without a FIN; how long does the server hold them?");
    add_cut(app, behaviour);
}

void check_behaviour(const CLI::App& app, const Settings& settings) {
    const Behaviour& behaviour = settings.behaviour;
    if (app.count("--slow-rate") != 0 && behaviour.slow_share == 0)
        refuse("--slow-rate", "says how slow slow readers are; name their share with --slow-readers");
    if (app.count("--cut-share") != 0 && !behaviour.cut_after)
        refuse("--cut-share", "says whom to cut off; name the time with --cut");
    if (behaviour.cut_after && *behaviour.cut_after >= settings.duration)
        refuse("--cut", "lies behind the end of --duration");
    if (behaviour.retry_after < std::chrono::milliseconds{1} ||
        behaviour.retry_after > std::chrono::seconds{5})
        refuse("--reconnect-after", "is from 1ms to 5s");
    if (behaviour.slow_share + behaviour.vanish_share >= 1)
        refuse(behaviour.slow_share > 0 ? "--slow-readers" : "--vanish",
               "leaves no steady client, and only those are counted");
    if (behaviour.vanish_share > 0 && (behaviour.churn_per_s > 0 || behaviour.cut_after))
        refuse(
            "--vanish",
            "counts the server's connections, which --churn and --cut change; measure one after the other");
    if (behaviour.any() && settings.expect != 0) refuse("--expect", "needs clients that are all steady");
}

}  // namespace pushbench::loadgen
