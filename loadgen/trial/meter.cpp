#include "loadgen/trial/meter.hpp"

#include <unistd.h>

#include <algorithm>

#include "loadgen/measure/clock.hpp"
#include "loadgen/trial/setup.hpp"

namespace pushbench::loadgen {
namespace {

std::optional<double> p99_us(HiccupThread& thread) {
    const auto ns = thread.delays().percentile_ns(0.99);
    if (!ns) return std::nullopt;
    return static_cast<double>(*ns) / 1e3;
}

}  // namespace

Meter::Meter(Crew& crew, const AdminClient* admin, Result& result)
    : crew_{crew},
      admin_{admin},
      result_{result},
      server_port_{port_of(resolve(result.options.target, "--target"))} {
    hiccups_.push_back(std::make_unique<HiccupThread>(affinity_of(0)));
    if (const auto pid = result_.options.server_pid)
        hiccups_.push_back(std::make_unique<HiccupThread>(affinity_of(*pid)));
}

void Meter::sample_before() {
    result_.loadgen.pss_before_bytes = process_pss_bytes(getpid());
    if (const auto pid = result_.options.server_pid)
        result_.server.pss_before_bytes = process_pss_bytes(*pid);
    result_.kernel_before = kernel_memory(server_port_);
}

void Meter::begin() {
    for (const auto& hiccup : hiccups_) hiccup->reset();
    begin_ = read_at_begin();
}

/// What takes time comes first, so that it lies outside the window: the server's page, then a system call for
/// each socket. What costs are divided by, counts and clocks, comes last and close together.
Meter::Reading Meter::read_at_begin() {
    Reading reading;
    if (admin_ != nullptr) reading.metrics = admin_->metrics();
    reading.wire = crew_.wire();
    reading.crew = crew_.snapshot_at(Worker::WindowEnd::begin);
    reading.time_ns = now_ns();
    reading.loadgen = process_times(getpid());
    if (const auto pid = result_.options.server_pid) reading.server = process_times(*pid);
    return reading;
}

/// The same backwards.
Meter::Reading Meter::read_at_end() {
    Reading reading;
    if (const auto pid = result_.options.server_pid) reading.server = process_times(*pid);
    reading.loadgen = process_times(getpid());
    reading.time_ns = now_ns();
    reading.crew = crew_.snapshot_at(Worker::WindowEnd::end);
    reading.wire = crew_.wire();
    if (admin_ != nullptr && !result_.failure) reading.metrics = admin_->metrics();
    return reading;
}

void Meter::end() {
    attribute(read_at_end());
    result_.loadgen.wakeup_delay_p99_us = p99_us(*hiccups_[0]);
    if (hiccups_.size() > 1) result_.server.wakeup_delay_p99_us = p99_us(*hiccups_[1]);
    read_memory();  // last: reading it makes the kernel walk the whole process
}

void Meter::attribute(const Reading& end) {
    Window& window = result_.window;
    window.seconds = static_cast<double>(end.time_ns - begin_.time_ns) / 1e9;
    window.counters = end.crew.counters - begin_.crew.counters;
    window.wire = end.wire - begin_.wire;
    for (std::size_t i = 0; i != end.crew.thread_cpu_ns.size(); ++i) {
        const auto used_s =
            static_cast<double>(end.crew.thread_cpu_ns[i] - begin_.crew.thread_cpu_ns[i]) / 1e9;
        window.readers_cpu_s += used_s;
        window.busiest_thread_cores = std::max(window.busiest_thread_cores, used_s / window.seconds);
    }
    for (const auto& [name, value] : end.metrics) window.metrics[name] = value - begin_.metrics[name];
    if (end.server && begin_.server) result_.server.times = *end.server - *begin_.server;
    if (end.loadgen && begin_.loadgen) result_.loadgen.times = *end.loadgen - *begin_.loadgen;
}

void Meter::read_memory() {
    result_.kernel_after = kernel_memory(server_port_);
    result_.loadgen.pss_bytes = process_pss_bytes(getpid());
    if (const auto pid = result_.options.server_pid) result_.server.pss_bytes = process_pss_bytes(*pid);
}

}  // namespace pushbench::loadgen
