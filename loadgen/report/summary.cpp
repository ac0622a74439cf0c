#include <cstdio>

#include "loadgen/measure/format.hpp"
#include "loadgen/report/report.hpp"
#include "loadgen/report/summary_parts.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::int64_t told_apart_bytes = 4096;

template <class... Args>
void line(std::string& out, const char* pattern, Args... args) {
    char text[320];
    std::snprintf(text, sizeof text, pattern, args...);
    out += text;
    out += '\n';
}

std::string time_of(std::optional<std::int64_t> ns) {
    return ns ? format_us(static_cast<double>(*ns) / 1e3) : "-";
}

std::string time_text(std::chrono::nanoseconds time) {
    return format_us(static_cast<double>(time.count()) / 1e3);
}

void latency_row(std::string& out, const char* name, const Histogram& h, std::uint64_t events) {
    const bool any = h.count() != 0;
    line(out, "  %-18s %10s %10s %10s %10s %10s", name, time_of(h.percentile_ns(0.5, events)).c_str(),
         time_of(h.percentile_ns(0.9, events)).c_str(), time_of(h.percentile_ns(0.99, events)).c_str(),
         time_of(h.percentile_ns(0.999, events)).c_str(), any ? time_of(h.max_ns()).c_str() : "-");
}

void process_row(std::string& out, const Result& r, const char* name, const ProcessUse& use,
                 const std::string& more) {
    if (!use.times) return;
    const auto cpu_s = static_cast<double>(use.times->cpu_ns) / 1e9;
    const auto deliveries = static_cast<double>(r.window.counters.delivered);
    const std::string each =
        deliveries == 0 ? std::string{} : ", " + format_us(cpu_s * 1e6 / deliveries) + " a delivery";
    std::string memory;
    if (use.pss_bytes) memory = ", " + format_bytes(static_cast<double>(*use.pss_bytes));
    // Less than before, or a page more, is what memory does by itself: of a connection it says nothing.
    const std::int64_t grown = use.pss_bytes.value_or(0) - use.pss_before_bytes.value_or(0);
    if (use.pss_bytes && use.pss_before_bytes && r.settings.connections != 0 && grown > told_apart_bytes)
        memory += " (" + format_bytes(static_cast<double>(grown) / r.settings.connections) + " a connection)";
    line(out, "  %-18s %.3f cores%s%s%s", name, cpu_s / r.window.seconds, each.c_str(), memory.c_str(),
         more.c_str());
}

/// What the kernel holds for the server's connections, which is in none of its own figures.
std::string kernel_text(const Result& r) {
    const EndGrowth end = kernel_growth(r.kernel_before, r.kernel_after).server;
    if (!end.slab_bytes || !end.buffer_bytes || r.settings.connections == 0) return {};
    const double grown = *end.slab_bytes + *end.buffer_bytes;
    if (grown <= 0) return {};
    return ", " + format_bytes(grown / r.settings.connections) + " a connection in the kernel";
}

/// What publishing costs where nobody listens.
std::string publisher_text(const Result& r) {
    const double published = r.window.metric("pushbench_notifications_total").value_or(0);
    if (!r.server.times || published == 0 || r.settings.connections != 0) return {};
    return ", " + format_us(static_cast<double>(r.server.times->cpu_ns) / 1e3 / published) +
           " a notification";
}

std::string headroom_text(const Result& r) {
    char text[64];
    std::snprintf(text, sizeof text, ", %.0f %% of its busiest thread left", 100 * r.window.headroom());
    return text;
}

/// The verdict and what was found, in one line.
std::string headline(const Result& r) {
    const auto wrong = texts(r.rules, Effect::wrong).size();
    const bool slowed = !texts(r.rules, Effect::slow).empty();
    std::string text = wrong != 0 ? "NOT VALID: " : slowed ? "valid, but slowed: " : "valid: ";
    const Histogram& latency = r.recorded.latency;
    if (latency.count() != 0) {
        const std::uint64_t events = r.recorded.notifications();
        const auto p50 = latency.percentile_ns(0.5, events);
        const auto p99 = latency.percentile_ns(0.99, events);
        text += p50 ? "latency p50 " + time_of(p50) + ", " : "latency ";
        text += p99 ? "p99 " + time_of(p99) : "at most " + time_of(latency.max_ns());
        text += "; ";
    }
    const auto delivered = static_cast<double>(r.delivered);
    if (r.expected != 0)
        text +=
            format_count(delivered) + " of " + format_count(static_cast<double>(r.expected)) + " delivered";
    else if (r.delivered != 0)
        text += format_count(delivered) + " delivered";
    else
        text +=
            format_count(static_cast<double>(r.settings.connections) - static_cast<double>(r.not_connected)) +
            " connections, nothing delivered";
    return text;
}

void add_thresholds(std::string& out, std::span<const Judged> thresholds) {
    for (const Judged& one : thresholds) {
        const char* what = one.verdict == Verdict::held     ? "held"
                           : one.verdict == Verdict::failed ? "FAILED"
                                                            : "NOT JUDGED";
        line(out, "  %-18s %s", what, one.text.c_str());
    }
}

void what_ran(std::string& out, const Result& r) {
    const Settings& o = r.settings;
    std::string load = "only listening";
    if (!o.no_publish) {
        char text[96];
        std::snprintf(text, sizeof text, "%g/s of %u bytes, %s", o.rate_per_s, o.payload_bytes,
                      o.arrival.c_str());
        load = o.rate_per_s == 0 ? "idle" : text;
    }
    const std::string every =
        o.transport->pace == Pace::timetable ? ", each " + time_text(o.poll_interval) : std::string{};
    line(out, "%s%s at %s: %s clients, %u topic%s, %s, for %s", std::string{o.transport->name}.c_str(),
         every.c_str(), o.target.c_str(), format_count(o.connections).c_str(), o.topics,
         o.topics == 1 ? "" : "s", load.c_str(), format_us(r.window.seconds * 1e6).c_str());
}

void what_arrived(std::string& out, const Result& r) {
    if (!has_sequences(r.settings))
        return line(
            out, "  %-18s %s published, %s delivered (%.0f/s), %lld gaps; lost, late or twice is not known",
            "notifications", format_count(static_cast<double>(r.published)).c_str(),
            format_count(static_cast<double>(r.delivered)).c_str(),
            static_cast<double>(r.window.counters.delivered) / r.window.seconds,
            static_cast<long long>(r.totals.gaps));
    line(out,
         "  %-18s %s published, %s of %s delivered (%.0f/s), %s lost, %lld duplicated, %lld reordered, %lld "
         "gaps",
         "notifications", format_count(static_cast<double>(r.published)).c_str(),
         format_count(static_cast<double>(r.delivered)).c_str(),
         format_count(static_cast<double>(r.expected)).c_str(),
         static_cast<double>(r.window.counters.delivered) / r.window.seconds,
         format_count(static_cast<double>(r.lost)).c_str(), static_cast<long long>(r.totals.duplicated),
         static_cast<long long>(r.totals.reordered), static_cast<long long>(r.totals.gaps));
}

void what_it_took(std::string& out, const Recorder& seen) {
    line(out, "  %-18s %10s %10s %10s %10s %10s", "latency", "p50", "p90", "p99", "p99.9", "max");
    const std::uint64_t events = seen.notifications();  // deliveries of one are no more than one
    latency_row(out, "  due to received", seen.latency, events);
    latency_row(out, "  sent to received", seen.delivery, events);
    latency_row(out, "  due to sent", seen.publish_delay, events);
}

/// What a stream without stamps has to tell of itself.
void what_can_be_timed(std::string& out, const Result& r) {
    if (r.recorded.gap.count() == 0 && r.first_message_times.count() == 0) return;
    line(out, "  %-18s %10s %10s %10s %10s %10s", "times", "p50", "p90", "p99", "p99.9", "max");
    latency_row(out, "  to first message", r.first_message_times, UINT64_MAX);
    latency_row(out, "  between messages", r.recorded.gap, UINT64_MAX);
}

/// What our own publisher did.
void what_was_published(std::string& out, const PublishReport& p) {
    line(out, "  %-18s %s sent, %s taken, %s errors; late p99 %s, answered p99 %s", "publisher",
         format_count(static_cast<double>(p.sent)).c_str(),
         format_count(static_cast<double>(p.taken)).c_str(),
         format_count(static_cast<double>(p.errors + p.connect_failures)).c_str(),
         time_of(p.lateness.percentile_ns(0.99)).c_str(), time_of(p.answers.percentile_ns(0.99)).c_str());
}

void what_went_over(std::string& out, const Result& r) {
    const WireCounts& w = r.window.wire;
    const auto deliveries = static_cast<double>(r.window.counters.delivered);
    const auto bytes = static_cast<double>(w.bytes_in + w.bytes_out);
    const std::string each =
        deliveries == 0 ? std::string{} : ", " + format_bytes(bytes / deliveries) + " a delivery";
    line(out, "  %-18s %s in, %s out%s", "bytes", format_bytes(static_cast<double>(w.bytes_in)).c_str(),
         format_bytes(static_cast<double>(w.bytes_out)).c_str(), each.c_str());
    const Counters& c = r.window.counters;
    if (c.requests != 0)
        line(out, "  %-18s %s, %s of them in vain%s", "requests",
             format_count(static_cast<double>(c.requests)).c_str(),
             format_count(static_cast<double>(c.empty_answers)).c_str(),
             c.skipped_polls == 0
                 ? ""
                 : (", " + format_count(static_cast<double>(c.skipped_polls)) + " skipped").c_str());
}

}  // namespace

std::string to_summary(const Result& r, std::span<const Judged> thresholds) {
    std::string out = headline(r) + '\n';
    what_ran(out, r);
    line(out, "  %-18s %s in %s%s", "connected",
         format_count(static_cast<double>(r.settings.connections) - static_cast<double>(r.not_connected))
             .c_str(),
         format_us(r.connect_s * 1e6).c_str(),
         r.totals.reconnects == 0
             ? ""
             : (", " + format_count(static_cast<double>(r.totals.reconnects)) + " lost and connected again")
                   .c_str());
    out += ranks_text(r) + tls_text(r) + refusals_text(r) + behaviour_text(r);
    if (r.window.seconds > 0) {
        if (r.published != 0 || r.expected != 0 || r.recorded.latency.count() != 0) what_arrived(out, r);
        if (r.recorded.latency.count() != 0)
            what_it_took(out, r.recorded);
        else
            what_can_be_timed(out, r);
        out += no_latency_text(r);
        if (r.publisher) what_was_published(out, *r.publisher);
        what_went_over(out, r);
        process_row(out, r, "server", r.server, publisher_text(r) + kernel_text(r));
        process_row(out, r, "load generator", r.loadgen, headroom_text(r));
    }
    for (const auto& why : texts(r.rules, Effect::wrong)) line(out, "  NOT VALID          %s", why.c_str());
    for (const auto& why : texts(r.rules, Effect::slow)) line(out, "  slowed             %s", why.c_str());
    add_thresholds(out, thresholds);
    return out;
}

}  // namespace pushbench::loadgen
