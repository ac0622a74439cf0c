#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "servers/contract/http_client.hpp"

namespace pushbench::contract {

/// What a subscriber is told, whatever the transport.
struct Event {
    enum class Kind { notification, gap, end };
    Kind kind = Kind::end;
    std::string topic;
    std::uint64_t seq = 0;
    std::int64_t due_ns = 0;
    std::int64_t sent_ns = 0;
    std::string payload;
    std::uint64_t after = 0;  ///< of a gap
    std::uint64_t first = 0;  ///< of a gap
    std::string cursor;       ///< where to go on from, if the event itself says so
};
Event notification_of(const boost::json::value& json);
Event gap_of(const boost::json::value& json);
/// `{"gap":{…}}` or a notification.
Event event_of(std::string_view json);

/// What to follow, and from where; as it stands in the query.
struct Following {
    std::vector<std::string> topics;   ///< empty: the server's default
    std::optional<std::string> after;  ///< empty: from the head
    int receive_buffer_bytes = 0;

    std::string query() const;
};

/// A client of one transport, written apart from the server and from the load generator.
class Subscriber {
 public:
    virtual ~Subscriber() = default;

    /// Waits for the next event. Throws when none comes in time.
    Event next();
    /// The next `count` events must be notifications.
    std::vector<Event> take(std::size_t count);
    /// Where to go on from after a disconnect, as it stands in `after`.
    virtual std::string cursor() = 0;
    /// Leaves without a word, as a client does that crashes.
    virtual void vanish() = 0;

 protected:
    /// Reads more, blocking; adds to `events_`.
    virtual void read_more() = 0;
    std::deque<Event> events_;
};

std::unique_ptr<Subscriber> subscribe_by_polling(std::uint16_t port, const Following& following,
                                                 const std::string& wait);
std::unique_ptr<Subscriber> subscribe_by_websocket(std::uint16_t port, const Following& following);
std::unique_ptr<Subscriber> subscribe_by_sse(std::uint16_t port, const Following& following);

}  // namespace pushbench::contract
