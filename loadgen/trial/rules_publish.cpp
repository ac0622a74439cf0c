// Did the publisher do what it was asked to, in its time?
#include <algorithm>
#include <array>
#include <cmath>

#include "loadgen/measure/clock.hpp"
#include "loadgen/trial/rules.hpp"

namespace pushbench::loadgen {
namespace {

constexpr double rate_error_limit = 0.01;
constexpr double busiest_publisher_limit = 0.8;
constexpr double held_up_limit = 0.01;

bool publishes_load(const Result& r) {
    return publishes(r.settings) && r.settings.rate_per_s > 0 && !r.interrupted;
}

/// Did the publisher keep its own timetable? By its stamps, whatever became of the deliveries.
Measured publish_rate(const Result& r) {
    const Recorder& seen = r.recorded;
    if (!publishes_load(r)) return {std::nullopt, 0, false};
    if (seen.latency.count() < 2) return {};
    const auto due_span_ns = static_cast<double>(seen.last_due_ns - seen.first_due_ns);
    const auto sent_span_ns = static_cast<double>(seen.last_sent_ns - seen.first_sent_ns);
    const double floor_ns = 5.0 * ns_per_ms;  // of a very short trial 1 % is less than a wake-up
    return {std::fabs(sent_span_ns - due_span_ns) / 1e9,
            std::max(floor_ns, rate_error_limit * due_span_ns) / 1e9};
}
std::string tell_publish_rate(const Result& r, const Measured& /*m*/) {
    const Recorder& seen = r.recorded;
    return format("publish_rate: what was due over %.3f s was published over %.3f s, off by more than 1 %%",
                  static_cast<double>(seen.last_due_ns - seen.first_due_ns) / 1e9,
                  static_cast<double>(seen.last_sent_ns - seen.first_sent_ns) / 1e9);
}

Measured publish_count(const Result& r) {
    if (!publishes_load(r)) return {std::nullopt, 0, false};
    if (r.failure) return {};
    const auto asked = static_cast<double>(notifications_asked(r.settings));
    return {std::fabs(asked - static_cast<double>(r.published)),
            std::max(1.0, std::round(rate_error_limit * asked))};
}
std::string tell_publish_count(const Result& r, const Measured& /*m*/) {
    return format("publish_count: %lld were published, %lld were asked for",
                  static_cast<long long>(r.published),
                  static_cast<long long>(notifications_asked(r.settings)));
}

/// What the target did not take reached nobody, and the load was another than was asked for.
Measured publish_errors(const Result& r) {
    if (!r.publisher) return {std::nullopt, 0, false};
    return {static_cast<double>(r.publisher->errors + r.publisher->connect_failures)};
}
std::string tell_publish_errors(const Result& r, const Measured& m) {
    return format("publish_errors: %.0f times it went wrong, first: %.180s", *m.value,
                  r.publisher->first_error.c_str());
}

/// A publisher without time of its own would be late by itself, and call it the target's latency.
Measured publisher_busy(const Result& r) {
    if (!r.publisher) return {std::nullopt, busiest_publisher_limit, false};
    if (r.publisher->seconds <= 0) return {std::nullopt, busiest_publisher_limit};
    return {r.publisher->cpu_s / r.publisher->seconds, busiest_publisher_limit};
}
std::string tell_publisher_busy(const Result& /*r*/, const Measured& m) {
    return format(
        "publisher_busy: the publisher's thread was %.0f %% busy, over 80 %%; ask for a lower --rate",
        100 * *m.value);
}

/// Then it is the number of connections that makes them late, as much as the target.
Measured publisher_held_up(const Result& r) {
    if (!r.publisher) return {std::nullopt, held_up_limit, false};
    if (r.publisher->sent == 0) return {std::nullopt, held_up_limit};
    return {static_cast<double>(r.publisher->held_up) / static_cast<double>(r.publisher->sent),
            held_up_limit};
}
std::string tell_publisher_held_up(const Result& r, const Measured& m) {
    return format(
        "publisher_held_up: %.1f %% of the notifications were due while all %u --publish-connections "
        "waited for answers, over 1 %%; that wait is in their latency",
        100 * *m.value, r.publisher->connections);
}

}  // namespace

std::span<const Rule> publish_rules() {
    static constexpr std::array rows = {
        Rule{"publish_rate", "", "s", Effect::wrong, publish_rate, tell_publish_rate},
        Rule{"publish_count", "", "notifications", Effect::wrong, publish_count, tell_publish_count},
        Rule{"publish_errors", "", "errors", Effect::wrong, publish_errors, tell_publish_errors},
        Rule{"publisher_busy", "", "cores", Effect::wrong, publisher_busy, tell_publisher_busy},
        Rule{"publisher_held_up", "", "of notifications", Effect::slow, publisher_held_up,
             tell_publisher_held_up},
    };
    return rows;
}

}  // namespace pushbench::loadgen
