#include "loadgen/trial/rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/format.hpp"

namespace pushbench::loadgen {
namespace {

constexpr double busiest_slice_limit = 0.8;
constexpr double little_error_limit = 0.05;

double count(std::int64_t number) {
    return static_cast<double>(number);
}

/// How far one is from the other, of what should be equal.
double distance(std::int64_t a, std::int64_t b) {
    return std::fabs(count(a) - count(b));
}

Measured interrupted(const Result& r) {
    return {r.interrupted ? 1.0 : 0.0};
}
std::string tell_interrupted(const Result& /*r*/, const Measured& /*m*/) {
    return "interrupted: ended before its time";
}

Measured ended_early(const Result& r) {
    return {r.failure ? 1.0 : 0.0};
}
std::string tell_ended_early(const Result& r, const Measured& /*m*/) {
    return "ended_early: " + *r.failure;
}

Measured not_connected(const Result& r) {
    return {count(r.not_connected)};
}
std::string tell_not_connected(const Result& r, const Measured& /*m*/) {
    return format("not_connected: %lld of %u connections never became ready",
                  static_cast<long long>(r.not_connected), r.settings.connections) +
           (r.not_connected_why.empty() ? "" : ": " + r.not_connected_why);
}

Measured undelivered(const Result& r) {
    return {distance(r.delivered, r.expected), 0, has_sequences(r.settings) && !r.settings.behaviour.loses()};
}
std::string tell_deliveries(const Result& r, const Measured& /*m*/) {
    return format("deliveries: %lld of %lld expected were delivered, %lld were lost",
                  static_cast<long long>(r.delivered), static_cast<long long>(r.expected),
                  static_cast<long long>(r.lost));
}

/// What comes after draining was given up may still be counted, but nobody waited for it.
Measured drain_timeout(const Result& r) {
    const bool complete = !r.failure && !r.interrupted && !r.settings.behaviour.loses();
    return {r.drained ? 0.0 : 1.0, 0, r.expected > 0 && complete};
}
std::string tell_drain_timeout(const Result& r, const Measured& /*m*/) {
    return format("drain_timeout: not all had come when waiting was given up; give a longer --drain than %s",
                  format_us(count(r.settings.drain.count()) / 1e3).c_str());
}

/// Over connections of ours on which notifications overtake each other, no order was promised.
Measured order(const Result& r) {
    const bool ordered = !r.publisher || r.publisher->keeps_order;
    return {count(r.totals.duplicated + (ordered ? r.totals.reordered : 0))};
}
std::string tell_order(const Result& r, const Measured& /*m*/) {
    return format("order: %lld came twice and %lld after a later one; each should come once, in order",
                  static_cast<long long>(r.totals.duplicated), static_cast<long long>(r.totals.reordered));
}

Measured early_ledger_end(const Result& r) {
    return {count(r.early_ledger_ends)};
}
std::string tell_early_ledger_end(const Result& r, const Measured& /*m*/) {
    return format(
        "early_ledger_end: %lld of %u subscribers did not get as far as the last notification; give them "
        "a longer --drain, or see why the server no longer serves them",
        static_cast<long long>(r.early_ledger_ends), r.settings.connections);
}

Measured negative_latency(const Result& r) {
    const Recorder& seen = r.recorded;
    return {static_cast<double>(seen.latency.negative() + seen.delivery.negative() +
                                seen.publish_delay.negative() + seen.response.negative())};
}
std::string tell_negative_latency(const Result& /*r*/, const Measured& m) {
    return format("negative_latency: %.0f times lie before their beginning; are both ends on one host?",
                  *m.value);
}

Measured overflow(const Result& r) {
    const Recorder& seen = r.recorded;
    return {static_cast<double>(seen.latency.overflow() + seen.delivery.overflow() +
                                seen.publish_delay.overflow() + seen.response.overflow())};
}
std::string tell_overflow(const Result& /*r*/, const Measured& m) {
    return format(
        "overflow: %.0f times are beyond %.0f s, more than can be measured; is the publisher's clock another "
        "one "
        "(CLOCK_MONOTONIC of another host or boot)?",
        *m.value, count(Histogram::limit_ns) / 1e9);
}

Measured malformed(const Result& r) {
    return {count(r.totals.malformed)};
}
std::string tell_malformed(const Result& r, const Measured& /*m*/) {
    return format("malformed: %lld notifications could not be read, or were of another topic",
                  static_cast<long long>(r.totals.malformed));
}

/// Within bursts, and not over the window: who has work for two milliseconds of every twenty is busy while
/// they last. To look for the next event before it sleeps (--awake) is no work.
Measured generator_busy(const Result& r) {
    return {r.window.busiest_slice, busiest_slice_limit, r.settings.connections != 0};
}
std::string tell_generator_busy(const Result& /*r*/, const Measured& m) {
    return format(
        "generator_busy: a reader thread was %.0f %% busy in the busiest 0.1 s, over 80 %%; use more "
        "--threads",
        100 * *m.value);
}

/// Of a polling trial: how many requests were in flight, by when ours went out and were answered, and how
/// many the law says, by the server's own count of them. Both from our stamps would be one sum divided in two
/// ways.
struct InFlight {
    double seen = 0;
    double by_law = 0;
};
std::optional<InFlight> in_flight(const Result& r) {
    const Window& w = r.window;
    const auto requests = w.metric("pushbench_requests_total");
    if (!requests || w.metrics_seconds <= 0 || w.counters.answers < 100) return std::nullopt;
    const double response_s = count(w.counters.response_ns) / count(w.counters.answers) / 1e9;
    // Requests cut by the window's ends must not weigh too much.
    if (response_s * 50 > w.seconds) return std::nullopt;
    return InFlight{count(w.counters.in_flight_ns) / 1e9 / w.seconds,
                    *requests / w.metrics_seconds * response_s};
}

/// Requests in flight = rate × mean response time, where there are enough of both to tell.
Measured littles_law(const Result& r) {
    // Requests of clients that are not steady are the server's to count, and not ours to time.
    if (r.settings.transport->pace == Pace::once || r.settings.behaviour.any())
        return {std::nullopt, little_error_limit, false};
    const auto requests = in_flight(r);
    if (!requests || requests->seen <= 0) return {std::nullopt, little_error_limit};
    // All long polls of a topic come back together, and the server's page is read a little outside the window
    // at both its ends: there may be two more of each client's in it.
    const double counted = *r.window.metric("pushbench_requests_total");
    const bool together = r.settings.transport->pace == Pace::at_once && counted > 0;
    const double edges = together ? 2.0 * r.settings.connections / counted : 0;
    return {std::fabs(requests->seen - requests->by_law) / requests->seen,
            std::max(little_error_limit, edges)};
}
std::string tell_littles_law(const Result& r, const Measured& /*m*/) {
    return format(
        "littles_law: %.3f requests were in flight, but the server's count of requests x our response time "
        "says "
        "%.3f; does somebody else ask it?",
        in_flight(r)->seen, in_flight(r)->by_law);
}

}  // namespace

std::span<const Rule> trial_rules() {
    static constexpr std::array rows = {
        Rule{"interrupted", "", "", Effect::wrong, interrupted, tell_interrupted},
        Rule{"ended_early", "", "", Effect::wrong, ended_early, tell_ended_early},
        Rule{"not_connected", "", "connections", Effect::wrong, not_connected, tell_not_connected},
        Rule{"deliveries", "", "deliveries", Effect::wrong, undelivered, tell_deliveries},
        Rule{"drain_timeout", "", "", Effect::wrong, drain_timeout, tell_drain_timeout},
        Rule{"order", "", "deliveries", Effect::wrong, order, tell_order},
        Rule{"early_ledger_end", "", "subscribers", Effect::wrong, early_ledger_end, tell_early_ledger_end},
        Rule{"negative_latency", "", "times", Effect::wrong, negative_latency, tell_negative_latency},
        Rule{"overflow", "", "times", Effect::wrong, overflow, tell_overflow},
        Rule{"malformed", "", "notifications", Effect::wrong, malformed, tell_malformed},
        Rule{"generator_busy", "", "of 0.1 s", Effect::wrong, generator_busy, tell_generator_busy},
        Rule{"littles_law", "", "of the law's", Effect::wrong, littles_law, tell_littles_law},
    };
    return rows;
}

std::vector<Finding> judge(const Result& result) {
    std::vector<Finding> findings;
    for (const auto rules : {trial_rules(), publish_rules(), crowd_rules(), machine_rules(), server_rules()})
        for (const Rule& rule : rules) {
            const Measured m = rule.measure(result);
            Finding finding{rule.name, rule.of, rule.unit, rule.effect, m.applies, m.value, m.limit, {}};
            if (finding.broken()) finding.text = rule.tell(result, m);
            findings.push_back(std::move(finding));
        }
    return findings;
}

}  // namespace pushbench::loadgen
