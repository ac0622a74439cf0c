#pragma once

#include <array>

#include "http/routing.hpp"
#include "sse/frame.hpp"
#include "stream/session.hpp"

namespace pushbench::sse {

/// A stream of server-sent events. The client can say nothing on it but goodbye.
class SseSession final : public StreamSession {
 public:
    /// `chunked` where the client knows the chunked transfer coding, which is since HTTP/1.1.
    SseSession(Worker& worker, Socket socket, bool chunked)
        : StreamSession(worker, std::move(socket)), chunked_(chunked) {}

 private:
    std::string encode_gap(const Gap& gap) const override;
    std::string_view heartbeat(std::int64_t now_ns) override;
    std::string goodbye() const override;
    void on_bytes(std::span<char>) override {}  // nothing is expected, so nothing is understood
    Framing framing() const override;
    std::string copy_of(const Entry& entry) const override;

    const bool chunked_;
};

/// GET /events: starts a session.
void handle_events(Exchange& exchange, const Request& request);

inline constexpr std::array<Route, 1> kRoutes{{{"GET", "/events", handle_events}}};

}  // namespace pushbench::sse
