#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "notify/clock.hpp"
#include "notify/notification.hpp"
#include "notify/publisher.hpp"

namespace pushbench {

/// What is to go wrong, so that a meter can be held against faults whose number is known. One in `drop`,
/// `duplicate` and `swap` notifications of each topic; 0 is none, and any other number is at least kLeast.
struct FaultOptions {
    std::int64_t delay_ns = 0;
    std::uint64_t drop = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t swap = 0;

    bool any() const { return delay_ns > 0 || drop > 0 || duplicate > 0 || swap > 0; }
    static constexpr std::uint64_t kLeast = 8;
};

/// What went wrong since the start.
struct FaultCounts {
    std::uint64_t dropped = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t swapped =
        0;  ///< came after their successors; one that none followed in time is not counted
    std::uint64_t delayed = 0;
};

/// Where notifications go that have their number.
class Outlet {
 public:
    virtual void put(const Notification& notification) = 0;

 protected:
    ~Outlet() = default;
};

/// A sink that numbers notifications and then does them wrong. Which are hit follows from their number alone:
/// of every N, number N/4 is dropped, N/2 comes twice, and 3N/4 comes after its successor. With the same N
/// these never meet; else a drop wins over a swap, and a swap over a duplicate.
///
/// Logs count what reaches them, so the cursor of a poll stays right. The id of an SSE event, and what a
/// WebSocket client knows, is the number: who resumes by it while faults are on goes on at the wrong place.
class Faults final : public Sink {
 public:
    Faults(const FaultOptions& options, Outlet& outlet, Clock clock);

    void publish(std::string_view topic, std::string_view payload, std::int64_t due_ns, std::int64_t sent_ns,
                 const Published& done) override;

    /// Lets out what has been held long enough, at most Publisher::kBatch delayed ones, and returns when to
    /// call again, in nanoseconds on CLOCK_MONOTONIC; empty if nothing is held. To be called after publish()
    /// as well.
    std::optional<std::int64_t> run();

    const FaultCounts& counts() const { return counts_; }
    /// The last number of each topic.
    const std::map<std::string, std::uint64_t>& numbers() const { return numbers_; }

    /// How long a notification that is to come after its successor waits for one.
    static constexpr std::int64_t kLongestSwapNs = 100'000'000;

 private:
    void pass(const Notification& notification);
    void put_swapped(std::string_view topic);
    std::int64_t release_ns(const Notification& notification) const {
        return notification.sent_ns + options_.delay_ns;
    }

    FaultOptions options_;
    Outlet& outlet_;
    Clock clock_;
    FaultCounts counts_;
    std::map<std::string, std::uint64_t> numbers_;
    std::deque<Notification> delayed_;  // in the order of publication, and so of release
    std::deque<Notification> swapped_;  // likewise; at most one of each topic
};

}  // namespace pushbench
