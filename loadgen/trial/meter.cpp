#include "loadgen/trial/meter.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "loadgen/measure/clock.hpp"
#include "loadgen/trial/setup.hpp"
#include "loadgen/wire/url.hpp"

namespace pushbench::loadgen {
namespace {

std::optional<double> delay_us(const Histogram& delays, double q) {
    const auto ns = delays.percentile_ns(q);
    if (!ns) return std::nullopt;
    return static_cast<double>(*ns) / 1e3;
}

HeapUse heap_use(const std::map<std::string, double>& metrics) {
    const auto gauge = [&](const char* name) {
        const auto found = metrics.find(name);
        return found == metrics.end() ? std::nullopt : std::optional{found->second};
    };
    return {gauge("pushbench_heap_used_bytes"), gauge("pushbench_heap_free_bytes")};
}

/// Where any of these processes may run.
cpu_set_t cores_of(const std::vector<pid_t>& pids) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (const pid_t pid : pids) {
        const cpu_set_t its = affinity_of(pid);
        CPU_OR(&cores, &cores, &its);
    }
    return cores;
}

/// Of all together; empty where one of them does not say.
std::optional<std::int64_t> sum_over(const std::vector<pid_t>& pids,
                                     std::optional<std::int64_t> (*read)(pid_t)) {
    std::optional<std::int64_t> sum;
    for (const pid_t pid : pids) {
        const auto bytes = read(pid);
        if (!bytes) return std::nullopt;
        sum = sum.value_or(0) + *bytes;
    }
    return sum;
}

/// How many of a meter's wake-ups fell on these cores.
double wakeups_on(const cpu_set_t& cores, HiccupThread& hiccup) {
    cpu_set_t shared;
    CPU_AND(&shared, &cores, &hiccup.cpus());
    return static_cast<double>(hiccup.wakeups()) * CPU_COUNT(&shared) / CPU_COUNT(&hiccup.cpus());
}

}  // namespace

Meter::Meter(Crew& crew, const AdminClient* admin, Result& result, const Place& place)
    : crew_{crew},
      admin_{admin},
      result_{result},
      place_{place},
      server_port_{parse_url(result.settings.target).port},
      series_{crew, [this] { return server_now(); }} {
    sides_.push_back({result_.loadgen, std::make_unique<HiccupThread>(affinity_of(0))});
    if (const auto pids = members(result_.settings.server); !pids.empty())
        sides_.push_back({result_.server, std::make_unique<HiccupThread>(cores_of(pids))});
    result_.machine_settings = machine_settings(cores());
}

void Meter::sample_before() {
    const auto server = members(result_.settings.server);
    result_.loadgen.pss_before_bytes = process_pss_bytes(getpid());
    result_.server.pss_before_bytes = sum_over(server, process_pss_bytes);
    read_kernel(result_.kernel_before, server);
    if (admin_ != nullptr) result_.heap_before = heap_use(admin_->metrics());
}

/// Of all ranks on a machine one is enough: it is the machine's.
void Meter::read_kernel(KernelMemory& into, const std::vector<pid_t>& server) const {
    if (place_.leads()) into = kernel_memory(server_port_, server, result_.settings.server.cgroup);
}

/// So that it lies outside the window: who belongs to the server, its own page, then a system call for each
/// socket.
void Meter::prepare() {
    for (const Side& side : sides_) side.hiccup->reset();
    begin_ = {};
    if (admin_ != nullptr) begin_.metrics = admin_->metrics();
    begin_.metrics_ns = now_ns();
    begin_.machine = read_machine();
    read_wire(begin_);
}

/// What costs are divided by, counts and clocks, comes last and close together.
void Meter::begin(std::int64_t due_ns) {
    const Service& service = result_.settings.server;
    const std::vector<pid_t> server = members(service);
    begin_.crew = crew_.snapshot_at(Worker::WindowEnd::begin, due_ns);
    begin_.time_ns = begin_.crew.time_ns;
    begin_.loadgen = process_times(getpid());
    begin_.server = read_service(server, service.cgroup);
    const std::int64_t step_ns = series_step(result_.settings).count();
    if (step_ns != 0) series_.begin(begin_.time_ns, step_ns);
}

/// What the server has used so far, for the time series.
Moment Meter::server_now() const {
    const std::vector<pid_t> pids = pids_of(begin_.server);
    Moment now;
    now.server_cpu_ns = sum_over(pids, process_cpu_ns);
    now.server_rss_bytes = sum_over(pids, process_rss_bytes);
    if (const auto& folder = result_.settings.server.cgroup; !folder.empty()) {
        const auto times = cgroup_times(folder);
        now.server_cpu_ns = times ? std::optional{times->cpu_ns} : std::nullopt;
    }
    return now;
}

/// The workers come first here as well: one that is overloaded answers when it has the time, and what it
/// counted until then must be divided by the time until then.
Meter::Reading Meter::read_at_end(std::int64_t due_ns) {
    Reading reading;
    const Service& service = result_.settings.server;
    reading.crew = crew_.snapshot_at(Worker::WindowEnd::end, due_ns);
    reading.time_ns = reading.crew.time_ns;
    reading.loadgen = process_times(getpid());
    reading.server = read_service(pids_of(begin_.server), service.cgroup);
    add_newcomers(reading.server, begin_.server, members(service));
    read_wire(reading);
    reading.machine = read_machine();
    if (admin_ != nullptr && !result_.failure) reading.metrics = admin_->metrics();
    reading.metrics_ns = now_ns();
    return reading;
}

void Meter::read_wire(Reading& reading) {
    const std::int64_t begin_ns = now_ns();
    reading.wire = crew_.wire();
    reading.wire_ns = (begin_ns + now_ns()) / 2;
}

void Meter::end(std::int64_t due_ns) {
    const Reading end = read_at_end(due_ns);
    const Settings& settings = result_.settings;
    // Client i is the worker's i modulo their number, and hears of the topic i modulo theirs.
    const bool shared_topics = settings.topics % settings.threads != 0;
    if (series_step(settings).count() != 0) {
        cuts_ = series_.end(end.time_ns);
        result_.series = make_series(cuts_, shared_topics);
    }
    attribute(end);
    attribute_wakeups();
    read_memory();  // last: reading it makes the kernel walk the whole process
}

void Meter::attribute(const Reading& end) {
    Window& window = result_.window;
    window.began_ns = begin_.time_ns;
    window.seconds = static_cast<double>(end.time_ns - begin_.time_ns) / 1e9;
    window.metrics_seconds = static_cast<double>(end.metrics_ns - begin_.metrics_ns) / 1e9;
    window.counters = end.crew.counters - begin_.crew.counters;
    attribute_wire(end);
    for (std::size_t i = 0; i != end.crew.thread_cpu_ns.size(); ++i) {
        const auto used_s =
            static_cast<double>(end.crew.thread_cpu_ns[i] - begin_.crew.thread_cpu_ns[i]) / 1e9;
        window.readers_cpu_s += used_s;
        window.busiest_thread_cores = std::max(window.busiest_thread_cores, used_s / window.seconds);
    }
    for (const auto& [name, value] : end.metrics)
        if (const auto before = begin_.metrics.find(name); before != begin_.metrics.end())
            window.metrics[name] = value - before->second;
    result_.heap_after = heap_use(end.metrics);
    attribute_server(service_use(begin_.server, end.server));
    if (end.loadgen && begin_.loadgen) result_.loadgen.times = *end.loadgen - *begin_.loadgen;
    result_.machine = machine_use(begin_.machine, end.machine, cores());
}

/// Bytes are counted by who counts the deliveries, and at the same moment. Segments only the kernel counts,
/// and it takes a call for each socket, some before the window and some behind it: they are taken for its
/// length.
void Meter::attribute_wire(const Reading& end) {
    Window& window = result_.window;
    const WireCounts walked = end.wire - begin_.wire;
    const double share = static_cast<double>(end.time_ns - begin_.time_ns) /
                         static_cast<double>(std::max<std::int64_t>(1, end.wire_ns - begin_.wire_ns));
    const auto within = [share](std::uint64_t count) {
        return static_cast<std::uint64_t>(std::llround(static_cast<double>(count) * std::min(1.0, share)));
    };
    window.wire = {static_cast<std::uint64_t>(window.counters.bytes_in),
                   static_cast<std::uint64_t>(window.counters.bytes_out), within(walked.segments_in),
                   within(walked.segments_out)};
    window.readers_work_s = static_cast<double>(end.crew.work_ns - begin_.crew.work_ns) / 1e9;
    window.readers_look_s = static_cast<double>(end.crew.look_ns - begin_.crew.look_ns) / 1e9;
    window.busiest_slice = end.crew.busiest_share;
}

void Meter::attribute_server(ServiceUse use) {
    ProcessUse& server = result_.server;
    server.times = use.times;
    server.appeared = use.appeared;
    server.vanished = use.vanished;
    for (Member& member : use.each)
        server.members.push_back({member.pid, std::move(member.name), member.times.cpu_ns, std::nullopt});
}

/// Where any of the two may run.
cpu_set_t Meter::cores() const {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (const Side& side : sides_) CPU_OR(&cores, &cores, &side.hiccup->cpus());
    return cores;
}

/// A wake-up of a meter takes the core from whoever has it just then. Meters wake at random moments, so that
/// this is a process as often as its share of the core's time. (To count every wake-up as one would hide a
/// neighbour: most of them meet an idle core.)
void Meter::attribute_wakeups() {
    for (const Side& side : sides_) {
        const Histogram delays = side.hiccup->delays();
        side.use.wakeup_delay_p99_us = delay_us(delays, 0.99);
        side.use.wakeup_delay_p90_us = delay_us(delays, 0.9);
        side.use.wakeup_real_time = side.hiccup->real_time();
        if (!side.use.times) continue;
        const cpu_set_t& cores = side.hiccup->cpus();
        double wakeups = 0;
        for (const Side& any : sides_) wakeups += wakeups_on(cores, *any.hiccup);
        // Of the load generator only the readers: the rest is the meters themselves.
        const double ran_s = &side.use == &result_.loadgen
                                 ? result_.window.readers_cpu_s
                                 : static_cast<double>(side.use.times->cpu_ns) / 1e9;
        side.use.meter_switches = wakeups * std::min(1.0, ran_s / result_.window.seconds / CPU_COUNT(&cores));
    }
}

void Meter::read_memory() {
    const auto server = members(result_.settings.server);
    read_kernel(result_.kernel_after, server);
    result_.loadgen.pss_bytes = process_pss_bytes(getpid());
    result_.loadgen.swapped_bytes = process_swapped_bytes(getpid());
    ProcessUse& use = result_.server;
    use.swapped_bytes = sum_over(server, process_swapped_bytes);
    use.pss_bytes = use.members.empty() ? std::nullopt : std::optional<std::int64_t>{0};
    for (MemberUse& member : use.members) {
        member.pss_bytes = process_pss_bytes(member.pid);
        use.pss_bytes = use.pss_bytes && member.pss_bytes ? std::optional{*use.pss_bytes + *member.pss_bytes}
                                                          : std::nullopt;
    }
    for (const pid_t pid : server)
        if (const auto other = in_other_time_namespace(pid))
            use.other_time_namespace = use.other_time_namespace.value_or(false) || *other;
}

}  // namespace pushbench::loadgen
