// Were the clients served as clients are: connected, told something, by what they can read?
#include <array>

#include "loadgen/trial/rules.hpp"

namespace pushbench::loadgen {
namespace {

// All of these are shares of the connections, so that they mean the same for ten clients and for ten
// thousand.

/// A connection that is lost costs the server an accept, a handshake and what was missed, a hundred
/// deliveries' worth or so. At one connection of a hundred that is no more than a delivery to each, and no
/// trial whose costs mean something has fewer than some hundred deliveries to each.
constexpr double reconnects_limit = 0.01;
/// Before all are connected a server may well say "later" to some, by a limit of its own, and be as good as
/// any once they are in. But where one of ten has to come again, how long it took to connect is the limit's
/// doing, and whoever goes on failing is not being served.
constexpr double tried_again_limit = 0.1;

double of_all(const Result& r, std::int64_t number) {
    return static_cast<double>(number) / r.settings.connections;
}
double percent(const Measured& m) {
    return 100 * *m.value;
}

bool has_clients(const Result& r) {
    return r.settings.connections != 0;
}

/// Whether something was to come, and the trial went on for as long as it should.
bool should_hear(const Result& r) {
    return has_clients(r) && !r.settings.expects_silence &&
           (r.settings.no_publish || r.settings.rate_per_s > 0) && !r.failure && !r.interrupted;
}

/// What came and did not count as a notification.
std::int64_t not_understood(const Result& r) {
    return r.totals.malformed + r.totals.unmarked;
}

/// However the trial ended: that may be why.
Measured nothing_understood(const Result& r) {
    return {r.totals.delivered == 0 && not_understood(r) > 0 ? 1.0 : 0.0, 0, has_clients(r)};
}
std::string tell_nothing_understood(const Result& r, const Measured& /*m*/) {
    return format("nothing_understood: %lld messages came, and no notification was found in any of them",
                  static_cast<long long>(not_understood(r))) +
           (r.heard.not_understood != 0 ? "; one was: " + r.heard.first_not_understood : std::string{});
}

Measured no_notification(const Result& r) {
    return {r.totals.delivered == 0 && not_understood(r) == 0 ? 1.0 : 0.0, 0, should_hear(r)};
}
std::string tell_no_notification(const Result& r, const Measured& /*m*/) {
    const std::string instead =
        r.heard.other != 0 ? "; what came was no message, such as: " + r.heard.first_other : std::string{};
    return (r.settings.no_publish ? "no_notification: none came; does somebody publish, and on this topic?"
                                  : format("no_notification: none came, though %lld were published",
                                           static_cast<long long>(r.published))) +
           instead;
}

Measured not_silent(const Result& r) {
    return {static_cast<double>(r.totals.delivered), 0, r.settings.expects_silence};
}
std::string tell_not_silent(const Result& r, const Measured& /*m*/) {
    return format("not_silent: %lld notifications came, and --expect 0 says that none does",
                  static_cast<long long>(r.totals.delivered));
}

Measured silent(const Result& r) {
    const std::optional<double> share =
        r.silent && has_clients(r) ? std::optional{of_all(r, *r.silent)} : std::nullopt;
    // Of messages without a topic it is not known for whom they were: a room that a few are not in is no
    // fault.
    const double limit = r.settings.message == MessageKind::opaque ? 0.25 : 0;
    return {share, limit, should_hear(r)};
}
std::string tell_silent(const Result& r, const Measured& m) {
    return format("silent: %lld of %u clients (%.0f %%) heard nothing while others of their topic did",
                  static_cast<long long>(r.silent.value_or(0)), r.settings.connections, percent(m));
}

Measured reconnects(const Result& r) {
    if (!has_clients(r)) return {std::nullopt, reconnects_limit, false};
    return {of_all(r, r.totals.reconnects), reconnects_limit};
}
std::string tell_reconnects(const Result& r, const Measured& m) {
    return format(
        "reconnects: %lld connections were lost and made anew, %.1f %% of %u, over 1 %%; see the server's "
        "log",
        static_cast<long long>(r.totals.reconnects), percent(m), r.settings.connections);
}

/// Where we cut connections by the thousand, that some have to try twice is what is looked at.
bool storms(const Result& r) {
    return r.settings.behaviour.cut_after.has_value();
}

Measured connect_failures(const Result& r) {
    if (!has_clients(r) || storms(r)) return {std::nullopt, tried_again_limit, false};
    return {of_all(r, r.totals.connect_failures), tried_again_limit};
}
std::string tell_connect_failures(const Result& r, const Measured& m) {
    return format(
        "connect_failures: %lld attempts to connect failed, %.0f %% of %u clients, over 10 %%; give a lower "
        "--connect-rate, or see the server's log",
        static_cast<long long>(r.totals.connect_failures), percent(m), r.settings.connections);
}

Measured refused(const Result& r) {
    if (!has_clients(r) || storms(r)) return {std::nullopt, tried_again_limit, false};
    return {of_all(r, r.totals.refused()), tried_again_limit};
}
std::string tell_refused(const Result& r, const Measured& /*m*/) {
    return format(
        "refused: the server refused %lld requests of %u clients, over 10 %% (%lld by 3xx, %lld by 4xx, "
        "%lld by 5xx); see its limits",
        static_cast<long long>(r.totals.refused()), r.settings.connections,
        static_cast<long long>(r.totals.refused_3xx), static_cast<long long>(r.totals.refused_4xx),
        static_cast<long long>(r.totals.refused_5xx));
}

/// What was said between the two lives of a sequence is not known.
Measured restarts(const Result& r) {
    if (!has_clients(r) || !has_sequences(r.settings)) return {std::nullopt, 0, false};
    return {of_all(r, r.totals.restarts)};
}
std::string tell_restarts(const Result& r, const Measured& /*m*/) {
    return format(
        "restarts: %lld times a client saw its sequence begin again, where none is right; did the server "
        "restart?",
        static_cast<long long>(r.totals.restarts));
}

/// Whatever came behind such an error is lost.
Measured protocol_errors(const Result& r) {
    if (!has_clients(r)) return {std::nullopt, 0, false};
    return {of_all(r, r.totals.protocol_errors)};
}
std::string tell_protocol_errors(const Result& r, const Measured& /*m*/) {
    return format("protocol_errors: the server broke the protocol %lld times, where none is right",
                  static_cast<long long>(r.totals.protocol_errors));
}

}  // namespace

std::span<const Rule> crowd_rules() {
    static constexpr std::array rows = {
        Rule{"nothing_understood", "", "", Effect::wrong, nothing_understood, tell_nothing_understood},
        Rule{"no_notification", "", "", Effect::wrong, no_notification, tell_no_notification},
        Rule{"not_silent", "", "notifications", Effect::wrong, not_silent, tell_not_silent},
        Rule{"silent", "", "of clients", Effect::wrong, silent, tell_silent},
        Rule{"reconnects", "", "of clients", Effect::wrong, reconnects, tell_reconnects},
        Rule{"connect_failures", "", "of clients", Effect::wrong, connect_failures, tell_connect_failures},
        Rule{"refused", "", "of clients", Effect::wrong, refused, tell_refused},
        Rule{"restarts", "", "of clients", Effect::wrong, restarts, tell_restarts},
        Rule{"protocol_errors", "", "of clients", Effect::wrong, protocol_errors, tell_protocol_errors},
    };
    return rows;
}

}  // namespace pushbench::loadgen
