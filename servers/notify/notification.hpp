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

/// `{"seq":17,"topic":"default","due_ns":1,"sent_ns":2,"payload":"…"}`, keys always in this order.
std::string to_json(const Notification& notification);

/// Reads any JSON object with these five keys, in any order. Empty if it is not one.
std::optional<Notification> from_json(std::string_view json);

/// Name of topic `index` of `count`: the prefix itself where there is only one, else `prefix-index`. The
/// publisher and the load generator both name topics by this.
std::string topic_name(std::string_view prefix, std::uint32_t index, std::uint32_t count);

}  // namespace pushbench
