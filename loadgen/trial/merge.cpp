#include "loadgen/trial/merge.hpp"

#include <algorithm>
#include <utility>

namespace pushbench::loadgen {
namespace {

template <class Number>
void add(std::optional<Number>& sum, const std::optional<Number>& more) {
    sum = sum && more ? std::optional{*sum + *more} : std::nullopt;
}

void keep_larger(std::optional<double>& largest, const std::optional<double>& other) {
    if (other) largest = std::max(largest.value_or(*other), *other);
}

/// All load generators together. What a wake-up waits for is that of the worst of them.
void add_use(ProcessUse& all, const ProcessUse& one) {
    if (all.times && one.times)
        *all.times += *one.times;
    else
        all.times.reset();
    add(all.pss_before_bytes, one.pss_before_bytes);
    add(all.pss_bytes, one.pss_bytes);
    add(all.swapped_bytes, one.swapped_bytes);
    keep_larger(all.wakeup_delay_p99_us, one.wakeup_delay_p99_us);
    keep_larger(all.wakeup_delay_p90_us, one.wakeup_delay_p90_us);
    if (one.wakeup_real_time == false) all.wakeup_real_time = false;
    all.meter_switches += one.meter_switches;
}

void add_window(Window& all, const Window& one) {
    all.counters += one.counters;
    all.wire += one.wire;
    all.busiest_thread_cores = std::max(all.busiest_thread_cores, one.busiest_thread_cores);
    all.busiest_slice = std::max(all.busiest_slice, one.busiest_slice);
    all.readers_work_s += one.readers_work_s;
    all.readers_look_s += one.readers_look_s;
    all.readers_cpu_s += one.readers_cpu_s;
}

void add_counts(Result& all, const Result& one) {
    all.not_connected += one.not_connected;
    all.connect_times.merge(one.connect_times);
    all.tls_times.merge(one.tls_times);
    all.first_message_times.merge(one.first_message_times);
    all.heard.add(one.heard);
    all.back_times.merge(one.back_times);
    all.storm.merge(one.storm);
    all.totals += one.totals;
    all.expected += one.expected;
    all.delivered += one.delivered;
    all.lost += one.lost;
    all.early_ledger_ends += one.early_ledger_ends;
    all.recorded.merge(one.recorded);
}

/// What only rank 0 sees: the server, what stands around it, and the window by its clock. It is no part of
/// what rank 0 is judged by as one of the ranks.
void take_servers(Result& whole, Result& first) {
    whole.window = first.window;
    whole.server = std::exchange(first.server, {});
    whole.loadgen = first.loadgen;
    whole.kernel_before = first.kernel_before;
    whole.kernel_after = first.kernel_after;
    whole.heap_before = first.heap_before;
    whole.heap_after = first.heap_after;
    whole.machine = first.machine;
    whole.machine_settings = first.machine_settings;
    first.window.metrics.clear();
    first.settings.server = {};
}

/// Each part's own settings, which did not come with it.
void tell_settings(const Result& whole, Part& part, std::uint32_t ranks) {
    Settings& own = part.result.settings;
    own = whole.settings;
    own.connections = share_of(whole.settings.connections, part.rank, ranks);
    own.server = {};
    part.result.published = whole.published;
    part.result.drained = true;  // whether all came is told by the whole
}

/// The moments are those of rank 0, at which the others looked as well.
void add_cuts(SeriesCuts& all, SeriesCuts& one) {
    for (auto& worker : one.of_workers) all.of_workers.push_back(std::move(worker));
    if (one.moments.empty()) return;
    for (std::size_t i = 0; i != all.moments.size(); ++i) {
        const bool last = i + 1 >= std::min(all.moments.size(), one.moments.size());
        all.moments[i].ready += (last ? one.moments.back() : one.moments[i]).ready;
    }
}

Series series_of(std::vector<Part>& parts, const Settings& settings, std::uint32_t ranks) {
    SeriesCuts all = std::move(parts.front().cuts);
    for (auto part = parts.begin() + 1; part != parts.end(); ++part) add_cuts(all, part->cuts);
    return all.step_ns == 0 ? Series{} : make_series(all, settings.topics % (settings.threads * ranks) != 0);
}

/// A latency by a clock of which too little is known is none.
void forget_times(Part& part) {
    part.result.recorded.forget_latencies();
    for (auto& worker : part.cuts.of_workers)
        for (Slice& slice : worker) {
            slice.latency.clear();
            slice.max_ns = 0;
        }
}

RankReport report_of(std::uint32_t rank, const PeerInfo& info, const Settings& settings,
                     std::uint32_t ranks) {
    RankReport report;
    report.rank = rank;
    report.host = info.host;
    report.connections = share_of(settings.connections, rank, ranks);
    report.lost = true;  // until its part is seen
    report.same_clock = info.same_clock;
    report.ahead_ns = info.clock.ahead_ns;
    report.bound_ns = info.clock.bound_ns;
    return report;
}

void tell_part(RankReport& report, const Result& part) {
    report.lost = false;
    report.expected = part.expected;
    report.delivered = part.delivered;
    if (part.loadgen.times) report.cpu_ns = part.loadgen.times->cpu_ns;
    report.seconds = part.window.seconds;
    report.headroom = part.window.headroom();
    report.busiest_slice = part.window.busiest_slice;
}

}  // namespace

bool clock_is_good(const PeerInfo& info, const Histogram& latency) {
    constexpr std::int64_t small = 10;
    return info.same_clock || latency.count() == 0 || info.clock.bound_ns * small <= latency.value_at(0.5);
}

void merge_parts(Result& whole, std::vector<Part>& parts, const Peers& peers) {
    const std::uint32_t ranks = peers.size();
    for (std::uint32_t rank = 0; rank != ranks; ++rank)
        whole.ranks.push_back(report_of(rank, peers.info(rank), whole.settings, ranks));
    take_servers(whole, parts.front().result);
    whole.not_connected = whole.expected = whole.delivered = whole.lost = whole.early_ledger_ends = 0;
    std::vector<std::vector<FanoutPart>> fanout;
    for (Part& part : parts) {
        RankReport& report = whole.ranks.at(part.rank);
        tell_settings(whole, part, ranks);
        report.times_count = clock_is_good(peers.info(part.rank), part.result.recorded.latency);
        if (!report.times_count) forget_times(part);
        if (!report.times_count) whole.has_fanout = false;
        tell_part(report, part.result);
        add_counts(whole, part.result);
        if (part.rank != 0) add_window(whole.window, part.result.window);
        if (part.rank != 0) add_use(whole.loadgen, part.result.loadgen);
        fanout.push_back(std::move(part.fanout));
    }
    if (whole.has_fanout) whole.recorded.fanout = fanout_of(fanout, whole.settings.connections);
    whole.series = series_of(parts, whole.settings, ranks);
}

}  // namespace pushbench::loadgen
