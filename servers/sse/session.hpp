#pragma once

#include <array>

#include "http/routing.hpp"
#include "sse/frame.hpp"
#include "stream/writer.hpp"

namespace pushbench::sse {

/// A stream of server-sent events. The client can say nothing on it but goodbye.
class SseStream final : public Stream {
 public:
    /// `chunked` where the client knows the chunked transfer coding, which is since HTTP/1.1.
    explicit SseStream(bool chunked) : chunked_(chunked) {}

    void on_bytes(std::span<char>, Worker&) override {}  // nothing is expected, so nothing is understood

 private:
    std::string encode_gap(const Gap& gap) const override;
    std::string_view heartbeat(std::int64_t now_ns) override;
    std::string goodbye() const override;
    Framing framing() const override;
    std::string copy_of(const Entry& entry) const override;

    const bool chunked_;
};

using SseSession = StreamSession<SseStream>;

/// GET /events: starts a session.
void handle_events(Exchange& exchange, const Request& request);

inline constexpr std::array<Route, 1> kRoutes{{{"GET", "/events", handle_events}}};

}  // namespace pushbench::sse
