#pragma once

#include <memory>
#include <vector>

#include "loadgen/crowd/worker.hpp"

namespace pushbench::loadgen {

/// All workers of this process as one: what is asked of it is asked of each, and what they say is put
/// together.
class Crew {
 public:
    struct Snapshot {
        std::int64_t time_ns = 0;  ///< when the last of them was taken
        Counters counters;
        std::vector<std::int64_t> thread_cpu_ns;
        std::int64_t work_ns = 0;  ///< of all loops, see LoopUse
        std::int64_t look_ns = 0;
        double busiest_share = 0;
    };

    explicit Crew(const CrowdSettings& settings);

    void start(std::int64_t origin_ns);
    [[nodiscard]] std::int64_t ready() const { return in_state(Subscriber::State::subscribed); }
    [[nodiscard]] std::int64_t refused_for_good() const { return in_state(Subscriber::State::done); }
    /// Asked by the server to come back later.
    [[nodiscard]] std::int64_t put_off() const { return in_state(Subscriber::State::put_off); }
    [[nodiscard]] std::int64_t delivered() const;
    [[nodiscard]] Trouble trouble() const;
    [[nodiscard]] Hearing heard() const;
    /// Whether any message was understood, and how many were not: cheap enough to ask often.
    [[nodiscard]] bool understood() const;
    [[nodiscard]] std::int64_t not_understood() const;

    /// Client `number` says this on its connection, if it has one just then. From any thread.
    void say(std::uint32_t number, std::string message);

    // See the worker's functions of the same names.
    void clear_records();
    std::vector<std::uint64_t> begin_counting(const std::vector<std::uint64_t>& heads, FanoutTracker* fanout);
    void lower_starts(std::vector<std::uint64_t>& starts);
    /// All workers take theirs at `due_ns`: some moment that is still to come when all have heard of it.
    [[nodiscard]] Snapshot snapshot_at(Worker::WindowEnd end, std::int64_t due_ns);
    /// Of which topics some subscriber heard something since counting began.
    [[nodiscard]] std::vector<bool> heard_topics();
    /// Subscribers that heard nothing since, though it was one of these that they listen to.
    [[nodiscard]] std::int64_t silent(const std::vector<bool>& heard);
    [[nodiscard]] WireCounts wire();
    [[nodiscard]] std::int64_t behind(const std::vector<std::uint64_t>& heads);
    void raise_heads(std::vector<std::uint64_t>& heads);
    [[nodiscard]] std::int64_t expected(const std::vector<std::uint64_t>& heads);
    [[nodiscard]] std::int64_t lost(const std::vector<std::uint64_t>& heads);
    /// Adds what all of them have measured.
    void collect(Recorder& recorded, Histogram& connect_times, Histogram& tls_times,
                 Histogram& first_message_times, Counters& totals);
    void begin_slices(std::int64_t origin_ns, std::int64_t step_ns);
    /// What each worker has cut, all with the same number of slices.
    [[nodiscard]] std::vector<std::vector<Slice>> end_slices(std::int64_t time_ns);
    void begin_behaving(std::int64_t begin_ns);
    void end_churn();
    /// Adds what became of those that were cut off.
    void collect_cut(Histogram& back_times, Storm& storm);
    void say_goodbye();
    [[nodiscard]] std::int64_t still_open();

 private:
    [[nodiscard]] std::int64_t in_state(Subscriber::State state) const;

    std::size_t topics_;
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace pushbench::loadgen
