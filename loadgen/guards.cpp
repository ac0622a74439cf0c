#include "loadgen/guards.hpp"

#include <algorithm>
#include <cmath>

#include "loadgen/measure/clock.hpp"
#include "loadgen/units.hpp"

namespace pushbench::loadgen {
namespace {

constexpr double busiest_thread_limit = 0.8;
constexpr double rate_error_limit = 0.01;
constexpr double little_error_limit = 0.05;

void check_generator(const Result& r, Broken& broken) {
    if (r.window.busiest_thread_cores > busiest_thread_limit)
        broken.push_back(
            format("generator_busy: a reader thread was %.0f %% busy, over 80 %%; use more --threads",
                   100 * r.window.busiest_thread_cores));
}

/// Did the publisher keep its own timetable? By its stamps, whatever became of the deliveries.
void check_publish_rate(const Recorder& seen, Broken& broken) {
    const auto due_span = static_cast<double>(seen.last_due_ns - seen.first_due_ns);
    const auto sent_span = static_cast<double>(seen.last_sent_ns - seen.first_sent_ns);
    const double floor_ns = 5.0 * ns_per_ms;  // of a very short trial 1 % is less than a wake-up
    if (std::fabs(sent_span - due_span) > std::max(floor_ns, rate_error_limit * due_span))
        broken.push_back(
            format("publish_rate: what was due over %.3f s was published over %.3f s, off by more than 1 %%",
                   due_span / 1e9, sent_span / 1e9));
}

void check_publisher(const Result& r, Broken& broken) {
    if (r.options.no_publish || r.options.rate_per_s <= 0 || r.interrupted) return;
    if (r.recorded.latency.count() >= 2) check_publish_rate(r.recorded, broken);
    const std::int64_t asked = notifications_asked(r.options);
    if (!r.failure && std::llabs(asked - r.published) >
                          std::max(1LL, std::llround(rate_error_limit * static_cast<double>(asked))))
        broken.push_back(format("publish_count: %lld were published, %lld were asked for",
                                static_cast<long long>(r.published), static_cast<long long>(asked)));
}

void check_deliveries(const Result& r, Broken& broken) {
    if (r.not_connected > 0)
        broken.push_back(format("not_connected: %lld of %u connections never became ready",
                                static_cast<long long>(r.not_connected), r.options.connections));
    if (r.delivered != r.expected)
        broken.push_back(format("deliveries: %lld of %lld expected were delivered, %lld were lost",
                                static_cast<long long>(r.delivered), static_cast<long long>(r.expected),
                                static_cast<long long>(r.lost)));
    if (r.totals.duplicated != 0 || r.totals.reordered != 0)
        broken.push_back(
            format("order: %lld came twice and %lld after a later one; each should come once, in order",
                   static_cast<long long>(r.totals.duplicated), static_cast<long long>(r.totals.reordered)));
    if (r.early_ledger_ends != 0)
        broken.push_back(format(
            "early_ledger_end: %lld of %u subscribers did not get as far as the last notification; give them "
            "a longer --drain, or see why the server no longer serves them",
            static_cast<long long>(r.early_ledger_ends), r.options.connections));
    const auto negative = r.recorded.latency.negative() + r.recorded.delivery.negative() +
                          r.recorded.publish_delay.negative() + r.recorded.response.negative();
    if (negative != 0)
        broken.push_back(
            format("negative_latency: %llu times lie before their beginning; are both ends on one host?",
                   static_cast<unsigned long long>(negative)));
    if (r.totals.malformed != 0)
        broken.push_back(format("malformed: %lld notifications could not be read, or were of another topic",
                                static_cast<long long>(r.totals.malformed)));
}

/// Requests in flight = rate × mean response time, where there are enough of both to tell.
void check_little(const Result& r, Broken& broken) {
    const Counters& c = r.window.counters;
    const double window_ns = r.window.seconds * 1e9;
    if (r.options.transport->pace == Pace::once || c.answers < 100) return;
    const double mean_response_ns = static_cast<double>(c.response_ns) / static_cast<double>(c.answers);
    if (mean_response_ns * 50 > window_ns) return;  // requests cut by the window's ends would weigh too much
    const double by_law = static_cast<double>(c.answers) / window_ns * mean_response_ns;
    const double seen = static_cast<double>(c.in_flight_ns) / window_ns;
    if (std::fabs(seen - by_law) > little_error_limit * by_law)
        broken.push_back(
            format("littles_law: %.3f requests in flight, but rate x response time says %.3f", seen, by_law));
}

}  // namespace

std::vector<std::string> broken_rules(const Result& result) {
    Broken broken;
    if (result.interrupted) broken.emplace_back("interrupted: ended before its time");
    if (result.failure) broken.push_back("ended_early: " + *result.failure);
    check_deliveries(result, broken);
    check_publisher(result, broken);
    check_generator(result, broken);
    check_little(result, broken);
    check_machine(result, broken);
    check_server_runs_on(result, broken);
    return broken;
}

}  // namespace pushbench::loadgen
