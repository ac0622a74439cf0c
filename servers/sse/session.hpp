#pragma once

#include <array>

#include "http/connection.hpp"
#include "sse/frame.hpp"
#include "stream/session.hpp"

namespace pushbench::sse {

/// A stream of server-sent events. The client can say nothing on it but goodbye.
class SseSession final : public StreamSession {
 public:
    using StreamSession::StreamSession;

 private:
    std::string encode_gap(const Gap& gap) const override;
    std::string_view heartbeat(std::int64_t now_ns) override;
    std::string goodbye() const override { return {}; }  // the end of the response says it
    void on_bytes(std::span<char>) override {}           // nothing is expected, so nothing is understood
    Encoder encoder() const override { return reader().topic_count() > 1 ? nullptr : sse::encode; }
    std::string copy_of(const Entry& entry) const override;
};

/// GET /events: starts a session.
void handle_events(HttpConnection& connection, const Request& request);

inline constexpr std::array<Route, 1> kRoutes{{{"GET", "/events", handle_events}}};

}  // namespace pushbench::sse
