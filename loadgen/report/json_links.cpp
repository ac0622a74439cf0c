// How the clients' connections came about and ended, as JSON: over the whole trial, unlike what is of its
// window.
#include "loadgen/report/json_parts.hpp"

namespace pushbench::loadgen {

/// By the class of the status, since a server that says 429 and one that says 503 ask for different things.
json::object refused(const Result& r) {
    const Counters& c = r.totals;
    return {{"status_2xx", c.refused_2xx},           {"status_3xx", c.refused_3xx},
            {"status_4xx", c.refused_4xx},           {"status_5xx", c.refused_5xx},
            {"not_the_protocol", c.protocol_errors}, {"redirects", c.redirects},
            {"repeated_polls", c.repeated_polls}};
}

json::value tls(const Result& r) {
    if (r.totals.tls_handshakes == 0) return nullptr;
    return json::object{{"handshakes", r.totals.tls_handshakes},
                        {"resumed", r.totals.tls_resumptions},
                        {"handshake_us", percentiles(r.tls_times)}};
}

}  // namespace pushbench::loadgen
