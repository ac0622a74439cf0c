#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace pushbench {

enum class Arrival { constant, poisson };

/// What to publish, and when. With the same values, and so the same seed, it is the same schedule everywhere.
struct ScheduleOptions {
    double rate_per_s = 0;              ///< over all topics together; above 0
    std::uint32_t payload_bytes = 128;  ///< length of the payload's text
    Arrival arrival = Arrival::constant;
    std::uint64_t seed = 1;
    std::uint32_t topics = 1;
    std::string topic = "default";  ///< the prefix that topic_name() takes
    std::uint64_t count = 0;        ///< how many notifications; 0 = without end
};

/// Name of topic `index` of `count`: the prefix itself where there is only one, else `prefix-index`. Who
/// publishes and who subscribes both name topics by this.
std::string topic_name(std::string_view prefix, std::uint32_t index, std::uint32_t count);

/// One notification of a schedule.
struct ScheduleItem {
    std::int64_t due_after_ns = 0;  ///< nanoseconds after the schedule's start
    std::uint32_t topic = 0;        ///< index of its topic
};

/// The notifications of a schedule in the order of their due times. Pure: it knows no clock.
/// Constant arrival: item i is due at i/rate and goes to topic i mod topics. Poisson arrival: the gaps are
/// exponential with mean 1/rate and the topics uniformly random, so that each topic is a Poisson process of
/// its own.
class Schedule {
 public:
    explicit Schedule(ScheduleOptions options);

    bool done() const { return options_.count != 0 && index_ == options_.count; }
    /// The item that next() will return; only while not done().
    const ScheduleItem& peek() const { return item_; }
    ScheduleItem next();

    const ScheduleOptions& options() const { return options_; }
    std::uint64_t produced() const { return index_; }

 private:
    void draw();
    double uniform();  // in [0, 1)

    ScheduleOptions options_;
    std::mt19937_64 random_;
    std::uint64_t index_ = 0;
    double elapsed_s_ = 0;
    ScheduleItem item_;
};

}  // namespace pushbench
