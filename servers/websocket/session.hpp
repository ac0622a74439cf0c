#pragma once

#include <vector>

#include "http/routing.hpp"
#include "stream/writer.hpp"
#include "websocket/frame.hpp"
#include "websocket/frame_reader.hpp"
#include "websocket/options.hpp"

namespace pushbench::websocket {

/// The largest message of a client that gets its messages back: as large as Autobahn's largest.
inline constexpr std::size_t kMostEchoBytes = 16 * 1024 * 1024;

/// What a connection is for.
enum class Purpose : std::uint8_t { notifications, echo };

/// Which messages its client may send.
Taken taken_messages(const Worker& worker, Purpose purpose);

/// A WebSocket after its handshake, on the shared stream. Control frames leave at frame boundaries like
/// everything else of the stream's own.
class WebsocketStream final : public Stream {
 public:
    WebsocketStream(const Taken& taken, Purpose purpose) : frames_(taken), purpose_(purpose) {}

    void on_bytes(std::span<char> bytes, Worker& worker) override;

 private:
    Framing framing() const override { return {encode}; }
    std::string encode_gap(const Gap& gap) const override;
    std::string_view heartbeat(std::int64_t now_ns) override;
    std::string goodbye() const override;
    bool is_answered(std::int64_t now_ns, std::int64_t timeout_ns) const override;

    void on_message(Message message, Worker& worker);
    void on_text(std::string text, Worker& worker);

    FrameReader frames_;
    std::int64_t unanswered_since_ns_ =
        0;                // since when a ping waits for anything from the client; 0: none does
    bool ended_ = false;  // sent or got a close frame
    const Purpose purpose_;
};

using WebsocketSession = StreamSession<WebsocketStream>;

/// Checks the origin, upgrades, and starts a session with the shared outbox.
void start_session(Exchange& exchange, const Request& request, Purpose purpose);
/// The same up to the upgrade, then Beast's own stream: `--framing beast`.
void start_beast_session(Exchange& exchange, const Request& request, Purpose purpose);

/// GET /ws, and with `--echo` GET /echo, by one or the other. `options` outlives the routes.
std::vector<Route> routes(Options& options);

/// What both do before the handshake. Empty if it has answered with an error.
std::optional<Wanted> accept_request(Exchange& exchange, const Request& request, Purpose purpose);

}  // namespace pushbench::websocket
