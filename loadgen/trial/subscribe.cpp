#include "loadgen/trial/subscribe.hpp"

#include <algorithm>

#include "loadgen/failure.hpp"

namespace pushbench::loadgen {
namespace {

/// Throws what is known about why clients do not get in.
void refuse_to_begin(const Crew& crew, const Options& options) {
    const Worker::Trouble trouble = crew.trouble();
    if (!trouble.refusal.empty()) throw Failure(trouble.refusal);
    if (trouble.hopeless)
        throw Failure("cannot open all " + std::to_string(options.connections) + " connections: " +
                      trouble.connect_error + "; ask for fewer, or spread them with --source-addresses");
    if (!trouble.connect_error.empty() && crew.ready() == 0)
        throw Failure("cannot connect to " + options.target + ": " + trouble.connect_error +
                      "; start the server there, or give its address with --target");
}

/// As fast as the publisher can: nobody measures it.
ScheduleOrder one_each_topic(const Options& options) {
    ScheduleOrder order;
    order.rate_per_s = std::max(1000.0, 4.0 * options.topics);
    order.payload_bytes = options.payload_bytes;
    order.topics = options.topics;
    order.count = options.topics;
    order.topic = options.topic;
    return order;
}

}  // namespace

std::int64_t two_polls_ns(const Options& options) {
    return options.transport->pace == Pace::timetable ? 2 * options.poll_interval.count() : 0;
}

void connect(Crew& crew, Watch& watch, Result& result) {
    const Options& options = result.options;
    const std::int64_t begin_ns = now_ns();
    crew.start(begin_ns);
    const double paced_s = options.connections / options.connects_per_s;
    const auto limit_ns = begin_ns + static_cast<std::int64_t>((2 * paced_s + 15) * 1e9);
    const auto all = static_cast<std::int64_t>(options.connections);
    const bool ready = watch.wait("connect", limit_ns, [&] {
        refuse_to_begin(crew, options);
        return crew.ready() == all;
    });
    result.connect_s = static_cast<double>(now_ns() - begin_ns) / 1e9;
    if (!ready) result.not_connected = all - crew.ready();
    if (result.not_connected == all && all != 0 && !result.interrupted)
        throw Failure(result.failure ? *result.failure : options.target + " accepted no client within 15 s");
}

void verify(Crew& crew, const AdminClient& admin, const std::vector<std::string>& topics, Watch& watch,
            const Result& result) {
    const Options& options = result.options;
    std::int64_t behind = 0;
    // Where a connection counts as ready before the server has seen it, the first may go past it.
    for (int attempt = 0; attempt != 3 && !watch.must_end(); ++attempt) {
        admin.start(one_each_topic(options));
        const auto published = [&] { return !admin.schedule().running; };
        if (!watch.wait("verify", now_ns() + 10 * ns_per_s, published)) break;
        const auto heads = admin.heads(topics);
        const auto all_there = [&] {
            behind = crew.behind(heads);
            return behind <= result.not_connected;
        };
        if (watch.wait("verify", now_ns() + 2 * ns_per_s + two_polls_ns(options), all_there)) return;
    }
    if (!result.interrupted && !result.failure)
        throw Failure(
            std::to_string(behind) + " of " + std::to_string(options.connections) +
            " clients got no probe notification; do --target and --admin belong to one server, and is it a " +
            std::string{options.transport->name} + " server?");
}

}  // namespace pushbench::loadgen
