#pragma once

#include <memory>
#include <vector>

#include "loadgen/crowd/worker.hpp"

namespace pushbench::loadgen {

/// All workers of a trial as one: what is asked of it is asked of each, and what they say is put together.
class Crew {
 public:
    struct Snapshot {
        Counters counters;
        std::vector<std::int64_t> thread_cpu_ns;
    };

    explicit Crew(const CrowdSettings& settings);

    void start(std::int64_t origin_ns);
    [[nodiscard]] std::int64_t ready() const;
    [[nodiscard]] std::int64_t delivered() const;
    [[nodiscard]] Worker::Trouble trouble() const;

    // See the worker's functions of the same names.
    void begin_counting(const std::vector<std::uint64_t>& heads, FanoutTracker* fanout);
    [[nodiscard]] Snapshot snapshot_at(Worker::WindowEnd end);
    [[nodiscard]] WireCounts wire();
    [[nodiscard]] std::int64_t behind(const std::vector<std::uint64_t>& heads);
    void raise_heads(std::vector<std::uint64_t>& heads);
    [[nodiscard]] std::int64_t expected(const std::vector<std::uint64_t>& heads);
    [[nodiscard]] std::int64_t lost(const std::vector<std::uint64_t>& heads);
    /// Adds what all of them have measured.
    void collect(Recorder& recorded, Histogram& connect_times, Counters& totals);
    void say_goodbye();
    [[nodiscard]] std::int64_t still_open();

 private:
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace pushbench::loadgen
