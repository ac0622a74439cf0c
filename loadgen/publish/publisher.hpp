#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/publish/publish_report.hpp"

namespace pushbench::loadgen {

/// What is to be published, and when.
struct ScheduleOrder {
    double rate_per_s = 0;
    std::uint32_t payload_bytes = 0;
    std::string arrival = "constant";
    std::uint64_t seed = 1;
    std::uint32_t topics = 1;
    std::string topic = "default";
    std::uint64_t count = 0;
};

/// How far a schedule is.
struct ScheduleState {
    bool running = false;
    std::int64_t published = 0;
    std::optional<std::int64_t> due_first_ns;
    std::optional<std::int64_t> due_last_ns;
};

/// Who makes the notifications of a trial. A schedule runs by itself once it is ordered, whatever happens
/// here: each notification is due at a time of its own, and one that goes out late is late in its latency.
/// Its functions throw Failure with one line where the server refuses, keeps silent, or answers something
/// else. The destructor ends the schedule that still runs: none outlives its trial, however that ends.
class Publisher {
 public:
    Publisher() = default;
    virtual ~Publisher() = default;
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;

    virtual void start(const ScheduleOrder& order) = 0;
    /// Ends the schedule that was started here; nothing where none runs any more.
    virtual void stop() = 0;
    [[nodiscard]] virtual ScheduleState state() = 0;
    /// Highest number of each named topic; 0 for one that nothing was published to.
    [[nodiscard]] virtual std::vector<std::uint64_t> heads(const std::vector<std::string>& topics) = 0;
    /// How many numbers up to the head nobody is to expect: what the target did not take. By topic.
    [[nodiscard]] virtual std::vector<std::uint64_t> untaken(const std::vector<std::string>& topics) {
        return std::vector<std::uint64_t>(topics.size());
    }
    /// What publishing took, where it is done here and not by the server.
    [[nodiscard]] virtual std::optional<PublishReport> report() { return std::nullopt; }
};

}  // namespace pushbench::loadgen
