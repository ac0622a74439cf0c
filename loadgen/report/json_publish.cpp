// What our own publisher did, as JSON.
#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {

json::value publisher(const Result& r) {
    if (!r.publisher) return nullptr;
    const PublishReport& p = *r.publisher;
    json::object statuses;
    for (const auto& [status, count] : p.statuses) statuses[std::to_string(status)] = count;
    return json::object{
        {"url", p.url},
        {"connections", p.connections},
        {"keeps_order", p.keeps_order},
        {"cpu", or_null(p.cpu)},
        {"sent", p.sent},
        {"taken", p.taken},
        {"errors", p.errors},
        {"first_error", p.first_error.empty() ? json::value{} : json::value(p.first_error)},
        {"statuses", std::move(statuses)},
        {"held_up", p.held_up},
        {"sent_again", p.sent_again},
        {"connections_opened", p.opened},
        {"connect_failures", p.connect_failures},
        {"lateness_us", percentiles(p.lateness)},
        {"answer_us", p.statuses.empty() ? json::value{} : json::value(percentiles(p.answers))},
        {"bytes_in", p.wire.bytes_in},
        {"bytes_out", p.wire.bytes_out},
        {"segments_in", p.wire.segments_in},
        {"segments_out", p.wire.segments_out},
        {"cpu_cores", ratio(p.cpu_s, p.seconds)},
        {"seconds", rounded(p.seconds)}};
}

}  // namespace pushbench::loadgen
