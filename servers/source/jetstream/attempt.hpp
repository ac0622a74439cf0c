#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace pushbench::jetstream {

/// One try to have a notification stored under a number.
struct Attempt {
    std::uint64_t id = 0;  ///< of the publication, in this process: that of all tries
    std::string topic{};
    std::uint64_t seq = 0;            ///< that it gets
    std::uint64_t expected_last = 0;  ///< stream sequence of the last message on the subject, 0: none
    std::int64_t due_ns = 0;
    std::int64_t sent_ns = 0;
    std::shared_ptr<const std::string> payload{};
};

/// Where tries go. The answer comes back to whoever tried, or not at all.
class Uplink {
 public:
    virtual void send(Attempt attempt) = 0;

 protected:
    ~Uplink() = default;
};

/// A message as the stream delivers it.
struct Delivered {
    std::uint64_t stream_seq = 0;
    std::string topic{};
    std::uint64_t seq = 0;     ///< 0: it is none of ours
    std::uint64_t own_id = 0;  ///< of this process's publication; 0: somebody else's
    std::int64_t due_ns = 0;
    std::int64_t sent_ns = 0;
    std::string payload{};
};

}  // namespace pushbench::jetstream
