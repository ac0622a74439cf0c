#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/crowd/crew.hpp"
#include "loadgen/measure/fanout.hpp"
#include "loadgen/publish/admin.hpp"
#include "loadgen/trial/meter.hpp"
#include "loadgen/trial/part.hpp"
#include "loadgen/trial/place.hpp"
#include "loadgen/trial/result.hpp"

namespace pushbench::loadgen {

/// What a trial looks at often, at no cost to who is measured.
struct Status {
    std::int64_t ready = 0;
    std::int64_t refused_for_good = 0;
    std::int64_t put_off = 0;
    std::int64_t delivered = 0;
    std::int64_t not_understood = 0;
    bool understood = false;

    void add(const Status& other);
};

/// What has not come.
struct Missing {
    std::int64_t lost = 0;
    std::int64_t behind = 0;  ///< subscribers that have not seen the head
};

/// Nothing more to say than that it is done.
struct Done {};

/// One process of a trial: its clients, and what they cost. Whoever leads the trial asks each of them the
/// same, this one by a call and others by Peers; so all of these can be asked from afar (see Question). Times
/// are given by the clock of rank 0.
class Rank {
 public:
    /// `settings` are those of all ranks together; `result` becomes that of this one. `admin` may be null.
    Rank(const Settings& settings, const Place& place, const AdminClient* admin, Result& result);

    /// What the records need is there before memory is read. With `follow` the order of recipients of so many
    /// notifications is of interest.
    Done take_memory(std::uint64_t follow);
    Done sample_before();
    Done start(std::int64_t origin_ns);
    Status status();
    Trouble trouble() { return crew_.trouble(); }
    Hearing heard() { return crew_.heard(); }
    /// The time for that is over, or all clients have settled. How many did not come.
    std::int64_t end_connecting(bool settled);

    // See Crew and Worker.
    Done clear_records();
    std::vector<std::uint64_t> begin_counting(const std::vector<std::uint64_t>& heads, bool follows);
    std::vector<std::uint64_t> lower_starts(std::vector<std::uint64_t> starts);
    std::vector<std::uint64_t> raise_heads(std::vector<std::uint64_t> heads);
    std::int64_t behind(const std::vector<std::uint64_t>& heads) { return crew_.behind(heads); }
    std::vector<bool> heard_topics() { return crew_.heard_topics(); }
    std::int64_t silent(const std::vector<bool>& heard);
    /// Of each topic so many of its numbers are `untaken`, and nobody's to expect.
    std::int64_t expected(const std::vector<std::uint64_t>& heads, const std::vector<std::uint64_t>& untaken);
    Missing missing(const std::vector<std::uint64_t>& heads, const std::vector<std::uint64_t>& untaken);

    // See Meter.
    Done prepare_window();
    Done begin_window(std::int64_t due_ns);
    Done end_window(std::int64_t due_ns);

    Done begin_behaving(std::int64_t begin_ns);
    Done end_churn();
    Done say_goodbye();
    std::int64_t still_open() { return crew_.still_open(); }
    /// Everything that was measured here. `sized`: all that was delivered is counted, else what was expected
    /// and not lost.
    Part finish(bool sized);

    /// For clients that publish themselves. From any thread.
    void say(std::uint32_t client, std::string message) { crew_.say(client, std::move(message)); }

 private:
    [[nodiscard]] std::int64_t here(std::int64_t time_ns) const { return time_ns + place_.ahead_ns; }

    Place place_;
    Result& result_;
    std::unique_ptr<FanoutTracker> fanout_;  ///< outlives the crew, which records into it
    Crew crew_;
    Meter meter_;
};

}  // namespace pushbench::loadgen
