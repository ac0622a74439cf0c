#include <array>

#include "transport/server.hpp"
#include "websocket/frame.hpp"
#include "websocket/session.hpp"

int main(int argc, char** argv) {
    using namespace pushbench;
    static constexpr std::array<Route, 1> kShared{{{"GET", "/ws", websocket::handle_websocket}}};
    static constexpr std::array<Route, 1> kBeast{{{"GET", "/ws", websocket::handle_websocket_beast}}};
    const auto parsed =
        parse_options(argc, argv, {"websocket_server", "Delivers notifications by WebSocket.", true});
    if (parsed.exit_code) return *parsed.exit_code;
    const auto& routes = parsed.options.framing_beast ? kBeast : kShared;
    return run_server(parsed.options, {"websocket", routes, websocket::encode});
}
