#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/crowd/crew.hpp"
#include "loadgen/measure/hiccup.hpp"
#include "loadgen/publish/admin.hpp"
#include "loadgen/trial/place.hpp"
#include "loadgen/trial/result.hpp"
#include "loadgen/trial/series_meter.hpp"

namespace pushbench::loadgen {

/// Reads everything that a trial costs, at both ends of its measuring window, and writes the differences into
/// the result.
class Meter {
 public:
    /// `admin` may be null. Who does not lead measures no server.
    Meter(Crew& crew, const AdminClient* admin, Result& result, const Place& place);

    /// Memory as it is before any client connects.
    void sample_before();
    /// What takes its time, just before the window begins.
    void prepare();
    /// At `due_ns`, when all that count have heard of it. May be called again once it is prepared again: the
    /// window then begins anew.
    void begin(std::int64_t due_ns);
    void end(std::int64_t due_ns);
    /// What the time series was made of.
    [[nodiscard]] SeriesCuts take_cuts() { return std::move(cuts_); }

 private:
    struct Reading {
        std::int64_t time_ns = 0;
        Crew::Snapshot crew;
        WireCounts wire;
        std::int64_t wire_ns = 0;  ///< in the middle of the walk over all sockets
        ServiceReading server;
        std::optional<ProcessTimes> loadgen;
        MachineReading machine;
        std::map<std::string, double> metrics;
        std::int64_t metrics_ns = 0;  ///< when the server said so
    };

    void read_wire(Reading& reading);
    Reading read_at_end(std::int64_t due_ns);
    void read_kernel(KernelMemory& into, const std::vector<pid_t>& server) const;
    void read_memory();
    void attribute(const Reading& end);
    void attribute_wire(const Reading& end);
    void attribute_server(ServiceUse use);
    void attribute_wakeups();
    [[nodiscard]] cpu_set_t cores() const;
    [[nodiscard]] Moment server_now() const;

    Crew& crew_;
    const AdminClient* admin_;
    Result& result_;
    Place place_;
    std::uint16_t server_port_;
    /// A process and the meter of wake-ups on its cores.
    struct Side {
        ProcessUse& use;
        std::unique_ptr<HiccupThread> hiccup;
    };
    std::vector<Side> sides_;  ///< the load generator, then the server if it is known
    SeriesMeter series_;
    SeriesCuts cuts_;
    Reading begin_;
};

}  // namespace pushbench::loadgen
