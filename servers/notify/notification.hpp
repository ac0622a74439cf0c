#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pushbench {

/// One notification as every transport delivers it. Times are nanoseconds on CLOCK_MONOTONIC.
struct Notification {
    std::uint64_t seq = 0;     ///< contiguous within its topic, starts at 1
    std::string topic;         ///< UTF-8
    std::int64_t due_ns = 0;   ///< when the schedule wanted it published
    std::int64_t sent_ns = 0;  ///< when it was published
    std::string payload;       ///< UTF-8
};

/// What a receiver needs to time a notification. `topic` points into the parsed text, as it stands there
/// (escaped).
struct Stamp {
    std::uint64_t seq = 0;
    std::string_view topic;
    std::int64_t due_ns = 0;
    std::int64_t sent_ns = 0;
};

/// `{"seq":17,"topic":"default","due_ns":1,"sent_ns":2,"payload":"…"}`, keys always in this order.
std::string to_json(const Notification& notification);

/// Reads any JSON object with these five keys, in any order. Empty if it is not one.
std::optional<Notification> from_json(std::string_view json);

/// Reads the stamp of a notification that to_json() wrote, without allocating and without looking at the
/// payload. False if `json` does not begin like one; from_json() then has the last word.
bool parse_stamp(std::string_view json, Stamp& stamp);

/// Name of topic `index` of `count`: the prefix itself where there is only one, else `prefix-index`. The
/// publisher and the load generator both name topics by this.
std::string topic_name(std::string_view prefix, std::uint32_t index, std::uint32_t count);

}  // namespace pushbench
