#include "loadgen/trial/subscribe.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

/// Why nobody gets in, if it is sure by now that nobody will; else nothing.
void refuse_to_begin(Ranks& ranks, const Settings& settings) {
    const Trouble trouble = ranks.trouble();
    if (!trouble.hopeless.empty())
        throw Failure("cannot open all " + std::to_string(settings.connections) + " connections: " +
                      trouble.hopeless + "; ask for fewer, or spread them with --source-addresses");
    if (ranks.ready() != 0) return;
    if (ranks.refused_for_good() >= std::min<std::int64_t>(settings.connections, 100))
        throw Failure(trouble.refusals.commonest());
    if (!trouble.connect_errors.empty() && trouble.refusals.empty())
        throw Failure("cannot connect to " + settings.target + ": " + trouble.connect_errors.commonest() +
                      (trouble.connect_errors.commonest() == std::strerror(ECONNREFUSED)
                           ? "; start the server there, or give its address with --target"
                           : ""));
}

/// What the peer said goes before what became of connections.
std::string why_not(Ranks& ranks) {
    const Trouble trouble = ranks.trouble();
    return trouble.refusals.empty() ? trouble.connect_errors.commonest() : trouble.refusals.commonest();
}

/// What a trial says to which nobody was let in until the time was over.
std::string nobody_came(const Result& result) {
    const std::string& why = result.not_connected_why;
    return why.empty() ? result.settings.target + " accepted no client within 15 s" : why;
}

/// As fast as the publisher can: nobody measures it.
ScheduleOrder one_each_topic(const Settings& settings) {
    ScheduleOrder order;
    order.rate_per_s = std::max(1000.0, 4.0 * settings.topics);
    order.payload_bytes = settings.payload_bytes;
    order.topics = settings.topics;
    order.count = settings.topics;
    order.topic = settings.topic;
    return order;
}

/// What may explain that nothing came: something else did.
std::string heard_instead(Ranks& ranks) {
    const Hearing heard = ranks.heard();
    if (heard.not_understood != 0)
        return " What came was not understood, such as: " + heard.first_not_understood;
    if (heard.other != 0) return " What came was no message, such as: " + heard.first_other;
    return {};
}

}  // namespace

std::int64_t two_polls_ns(const Settings& settings) {
    return settings.transport->pace == Pace::timetable ? 2 * settings.poll_interval.count() : 0;
}

void connect(Ranks& ranks, Watch& watch, Result& result) {
    const Settings& settings = result.settings;
    const std::int64_t begin_ns = ranks.start();
    const double paced_s = settings.connections / settings.connects_per_s;
    const auto limit_ns = begin_ns + static_cast<std::int64_t>((2 * paced_s + 15) * 1e9);
    const auto all = static_cast<std::int64_t>(settings.connections);
    const bool settled = watch.wait("connect", limit_ns, [&] {
        if (all != 0) refuse_to_begin(ranks, settings);
        return ranks.ready() + ranks.refused_for_good() == all;
    });
    watch.all_connected();
    result.connect_s = static_cast<double>(now_ns() - begin_ns) / 1e9;
    result.not_connected = ranks.sum<&Rank::end_connecting>(settled);
    if (result.not_connected != 0) result.not_connected_why = why_not(ranks);
    if (result.not_connected == all && all != 0 && !result.interrupted)
        throw Failure(result.failure ? *result.failure : nobody_came(result));
}

void verify(Ranks& ranks, Publisher& publisher, const std::vector<std::string>& topics, Watch& watch,
            const Result& result) {
    const Settings& settings = result.settings;
    std::int64_t behind = 0;
    // Where a connection counts as ready before the server has seen it, the first may go past it.
    for (int attempt = 0; attempt != 3 && !watch.must_end(); ++attempt) {
        publisher.start(one_each_topic(settings));
        const auto published = [&] { return !publisher.state().running; };
        if (!watch.wait("verify", now_ns() + 10 * ns_per_s, published)) break;
        const auto heads = publisher.heads(topics);
        const auto all_there = [&] {
            behind = ranks.behind(heads);
            return behind <= result.not_connected;
        };
        if (watch.wait("verify", now_ns() + 2 * ns_per_s + two_polls_ns(settings), all_there)) return;
    }
    if (result.interrupted || result.failure) return;
    if (ranks.refused_for_good() == settings.connections) throw Failure(ranks.trouble().refusals.commonest());
    throw Failure(
        std::to_string(behind) + " of " + std::to_string(settings.connections) +
        " clients got no probe notification; do --target and --admin belong to one server, and is it a " +
        std::string{settings.transport->name} + " server?" + heard_instead(ranks));
}

}  // namespace pushbench::loadgen
