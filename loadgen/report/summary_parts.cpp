#include "loadgen/report/summary_parts.hpp"

#include <array>
#include <utility>

#include "loadgen/measure/format.hpp"

namespace pushbench::loadgen {
namespace {

std::string row(std::string name, const std::string& text) {
    name.resize(18, ' ');
    return "  " + name + " " + text + "\n";
}

std::string counted(std::int64_t number) {
    return format_count(static_cast<double>(number));
}

}  // namespace

std::string refusals_text(const Result& r) {
    const Counters& c = r.totals;
    const std::array<std::pair<std::int64_t, const char*>, 6> kinds = {
        {{c.refused_2xx, "with 2xx that is not this protocol"},
         {c.refused_3xx, "with 3xx"},
         {c.refused_4xx, "with 4xx"},
         {c.refused_5xx, "with 5xx"},
         {c.protocol_errors, "by what is not this protocol"},
         {c.connect_failures, "connects that failed"}}};
    std::string text;
    for (const auto& [number, how] : kinds)
        if (number != 0) text += (text.empty() ? "" : ", ") + counted(number) + " " + how;
    return text.empty() ? text : row("refused", text);
}

std::string tls_text(const Result& r) {
    if (r.totals.tls_handshakes == 0) return {};
    const auto typical = r.tls_times.percentile_ns(0.5);
    const std::string time = typical ? ", median " + format_us(static_cast<double>(*typical) / 1e3) : "";
    return row("TLS", counted(r.totals.tls_handshakes) + " handshakes, " + counted(r.totals.tls_resumptions) +
                          " of them resumed" + time);
}

std::string no_latency_text(const Result& r) {
    if (r.recorded.latency.count() != 0 || r.window.counters.delivered == 0) return {};
    return row("latency",
               "not known: the messages carry no times. Publish with --publish and {marker} in its body, and "
               "give --message marker: see docs/loadgen.md");
}

}  // namespace pushbench::loadgen
