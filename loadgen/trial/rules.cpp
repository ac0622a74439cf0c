#include "loadgen/trial/rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/measure/clock.hpp"
#include "loadgen/measure/format.hpp"

namespace pushbench::loadgen {
namespace {

constexpr double busiest_thread_limit = 0.8;
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
    return {distance(r.delivered, r.expected)};
}
std::string tell_deliveries(const Result& r, const Measured& /*m*/) {
    return format("deliveries: %lld of %lld expected were delivered, %lld were lost",
                  static_cast<long long>(r.delivered), static_cast<long long>(r.expected),
                  static_cast<long long>(r.lost));
}

/// What comes after draining was given up may still be counted, but nobody waited for it.
Measured drain_timeout(const Result& r) {
    return {r.drained ? 0.0 : 1.0, 0, r.expected > 0 && !r.failure && !r.interrupted};
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

Measured malformed(const Result& r) {
    return {count(r.totals.malformed)};
}
std::string tell_malformed(const Result& r, const Measured& /*m*/) {
    return format("malformed: %lld notifications could not be read, or were of another topic",
                  static_cast<long long>(r.totals.malformed));
}

Measured generator_busy(const Result& r) {
    return {r.window.busiest_thread_cores, busiest_thread_limit, r.settings.connections != 0};
}
std::string tell_generator_busy(const Result& /*r*/, const Measured& m) {
    return format("generator_busy: a reader thread was %.0f %% busy, over 80 %%; use more --threads",
                  100 * *m.value);
}

/// Of a polling trial: how many requests were in flight, and how many the law says.
struct InFlight {
    double seen;
    double by_law;
};
InFlight in_flight(const Result& r) {
    const Counters& c = r.window.counters;
    const double window_ns = r.window.seconds * 1e9;
    return {count(c.in_flight_ns) / window_ns, count(c.response_ns) / window_ns};
}

/// Requests in flight = rate × mean response time, where there are enough of both to tell.
Measured littles_law(const Result& r) {
    const Counters& c = r.window.counters;
    if (r.settings.transport->pace == Pace::once) return {std::nullopt, little_error_limit, false};
    // Requests cut by the window's ends must not weigh too much.
    const bool enough =
        c.answers >= 100 && count(c.response_ns) / count(c.answers) * 50 <= r.window.seconds * 1e9;
    const InFlight requests = enough ? in_flight(r) : InFlight{};
    if (requests.by_law <= 0) return {std::nullopt, little_error_limit};
    return {std::fabs(requests.seen - requests.by_law) / requests.by_law, little_error_limit};
}
std::string tell_littles_law(const Result& r, const Measured& /*m*/) {
    return format("littles_law: %.3f requests in flight, but rate x response time says %.3f",
                  in_flight(r).seen, in_flight(r).by_law);
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
        Rule{"malformed", "", "notifications", Effect::wrong, malformed, tell_malformed},
        Rule{"generator_busy", "", "cores", Effect::wrong, generator_busy, tell_generator_busy},
        Rule{"littles_law", "", "of the law's", Effect::wrong, littles_law, tell_littles_law},
    };
    return rows;
}

std::vector<Finding> judge(const Result& result) {
    std::vector<Finding> findings;
    for (const auto rules : {trial_rules(), publish_rules(), machine_rules()})
        for (const Rule& rule : rules) {
            const Measured m = rule.measure(result);
            Finding finding{rule.name, rule.of, rule.unit, rule.effect, m.applies, m.value, m.limit, {}};
            if (finding.broken()) finding.text = rule.tell(result, m);
            findings.push_back(std::move(finding));
        }
    return findings;
}

}  // namespace pushbench::loadgen
