#pragma once

#include <cstdint>
#include <vector>

#include "loadgen/measure/fanout.hpp"
#include "loadgen/trial/result.hpp"
#include "loadgen/trial/series.hpp"

namespace pushbench::loadgen {

/// What one process has measured of a trial. Its result is that of a trial of its clients alone, as far as it
/// knows; what cannot be put together from results of parts stands beside it.
struct Part {
    std::uint32_t rank = 0;
    Result result;
    SeriesCuts cuts;
    std::vector<FanoutPart> fanout;

    /// All but the settings, which are known, and what only rank 0 finds out.
    template <class Porter>
    void carry(Porter& porter) {
        Result& r = result;
        porter.all(rank, cuts, fanout);
        porter.all(r.not_connected, r.not_connected_why, r.connect_times, r.tls_times, r.first_message_times,
                   r.heard, r.back_times, r.storm, r.totals);
        porter.all(r.expected, r.delivered, r.lost, r.early_ledger_ends, r.counting_began_ns, r.silent,
                   r.recorded);
        porter.all(r.window.began_ns, r.window.seconds, r.window.counters, r.window.wire,
                   r.window.busiest_thread_cores, r.window.busiest_slice, r.window.readers_work_s,
                   r.window.readers_look_s, r.window.readers_cpu_s);
        ProcessUse& use = r.loadgen;
        porter.all(use.times, use.pss_before_bytes, use.pss_bytes, use.swapped_bytes, use.wakeup_delay_p99_us,
                   use.wakeup_delay_p90_us, use.wakeup_real_time, use.meter_switches);
        MachineUse& machine = r.machine;
        porter.all(machine.steal_core, machine.steal_ticks, machine.steal_share, machine.swapped_in_pages,
                   machine.clocksource_before, machine.clocksource, machine.raw_ns, machine.clock_drift_ns);
    }
};

}  // namespace pushbench::loadgen
