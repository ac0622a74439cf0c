#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notify/clock.hpp"
#include "notify/schedule.hpp"

namespace pushbench {

/// Why a notification was not taken.
enum class NotTaken { full, invalid, too_large, away };

/// What became of a notification: its sequence within its topic, or in one line why it was not taken.
struct Publication {
    std::uint64_t seq = 0;  ///< 0: not taken
    std::string problem{};
    NotTaken why = NotTaken::full;
};
/// Called once, on the thread that published, when that is known; perhaps before publish() returns. May be
/// empty.
using Published = std::function<void(const Publication&)>;

/// Where notifications go. The source behind it may be somewhere else, so the answer comes by a call.
class Sink {
 public:
    virtual void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns,
                         std::int64_t sent_ns, const Published& done) = 0;

 protected:
    ~Sink() = default;
};

/// Runs a schedule into a sink. It never sleeps: its owner calls run() when it says.
class Publisher {
 public:
    /// Item 0 of a constant schedule is due at `start_ns`.
    Publisher(Schedule schedule, Sink& sink, Clock clock, std::int64_t start_ns);

    /// Publishes what is due, at most `kBatch` notifications, and returns when to call again, in nanoseconds
    /// on CLOCK_MONOTONIC; a time that has passed means at once. Empty when the schedule is done. A late
    /// notification is published late under its own due time, never skipped and never re-dated.
    std::optional<std::int64_t> run();

    std::uint64_t published() const { return schedule_.produced(); }
    const ScheduleOptions& options() const { return schedule_.options(); }
    bool done() const { return schedule_.done(); }
    std::int64_t first_due_ns() const { return first_due_ns_; }  ///< 0 before the first was published
    std::int64_t last_due_ns() const { return last_due_ns_; }    ///< 0 before the first was published

    /// A publisher that fell behind must not bury a whole history in one go: subscribers are woken between
    /// batches.
    static constexpr int kBatch = 128;

 private:
    Schedule schedule_;
    Sink& sink_;
    Clock clock_;
    std::int64_t start_ns_;
    std::int64_t first_due_ns_ = 0;
    std::int64_t last_due_ns_ = 0;
    std::vector<std::string> topics_;
    std::string payload_;
};

/// `bytes` characters of plain text.
std::string payload_text(std::size_t bytes);

}  // namespace pushbench
