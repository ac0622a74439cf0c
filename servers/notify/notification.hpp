#pragma once

#include <cstdint>
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
/// With an epoch, `"epoch":"k3x9a1"` stands before the payload.
std::string to_json(const Notification& notification, std::string_view epoch = {});

}  // namespace pushbench
