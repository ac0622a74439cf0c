#include "loadgen/trial/watch.hpp"

#include "loadgen/measure/format.hpp"
#include "loadgen/measure/process.hpp"

namespace pushbench::loadgen {

std::string why_not_understood(MessageKind kind, const Hearing& heard) {
    const std::string among = "the first " + format_count(static_cast<double>(heard.not_understood)) +
                              " messages; one was: " + heard.first_not_understood;
    if (kind == MessageKind::marker)
        return "no marker in " + among +
               "; publish with {marker} in the body, or count messages alone with --message opaque";
    return "no notification of these topics among " + among +
           "; expected JSON with seq, topic, due_ns, sent_ns and payload, or --message marker or opaque";
}

void Watch::show(const std::string& phase, std::int64_t left_ns) {
    const Status status = ranks_.lately();
    std::string text = format_count(static_cast<double>(status.ready)) + " connected";
    if (counting_) text += ", " + format_count(static_cast<double>(status.delivered)) + " delivered";
    onlooker_.show(phase, static_cast<double>(left_ns) / 1e9, text);
}

void Watch::fail(const std::string& why) {
    if (!result_.failure) result_.failure = why;
}

/// Of the first messages none could be read: it will not be otherwise later. Two for each client at least,
/// since some servers greet everybody.
bool Watch::nothing_understood() const {
    const std::int64_t enough = std::max<std::int64_t>(100, 2 * std::int64_t{result_.settings.connections});
    const Status status = ranks_.lately();
    return status.not_understood - unheard_before_ >= enough && !status.understood;
}

/// What costs something is looked for ten times a second.
bool Watch::must_end() {
    if (interrupts_.asked_to_end()) result_.interrupted = true;
    if (!ranks_.loss().empty()) fail(ranks_.loss());
    if (result_.interrupted || result_.failure) return true;
    const std::int64_t now = now_ns();
    if (now < next_check_ns_) return false;
    next_check_ns_ = now + 100 * ns_per_ms;
    const Settings& settings = result_.settings;
    for (const pid_t pid : settings.server.pids)
        if (!process_runs(pid)) {
            fail("the server (process " + std::to_string(pid) + ") died");
            return true;
        }
    const Status status = ranks_.lately();
    if (counting_ && settings.connections != 0 && status.refused_for_good == settings.connections) {
        fail("every client was refused for good: " + ranks_.trouble().refusals.commonest());
        return true;
    }
    if (nothing_understood()) fail(why_not_understood(settings.message, ranks_.heard()));
    // A server that asks its clients to come back later is there, and they wait.
    if (status.ready + status.put_off != 0 || settings.connections == 0)
        deserted_since_ns_ = 0;
    else if (deserted_since_ns_ == 0)
        deserted_since_ns_ = now;
    else if (counting_ && now - deserted_since_ns_ > 2 * ns_per_s)
        fail("no connection to " + settings.target + " for 2 s: the server is gone");
    return result_.failure.has_value();
}

}  // namespace pushbench::loadgen
