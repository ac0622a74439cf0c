#include <array>

#include "process/server.hpp"
#include "websocket/frame.hpp"
#include "websocket/options.hpp"
#include "websocket/session.hpp"

int main(int argc, char** argv) {
    using namespace pushbench;
    static constexpr std::array<Route, 1> kShared{{{"GET", "/ws", websocket::handle_websocket}}};
    static constexpr std::array<Route, 1> kBeast{{{"GET", "/ws", websocket::handle_websocket_beast}}};
    websocket::Options own;
    OptionTraits traits{"websocket_server", "Delivers notifications by WebSocket."};
    traits.add = [&own](CLI::App& app) { websocket::add_options(app, own); };
    const auto parsed = parse_options(argc, argv, traits);
    if (parsed.exit_code) return *parsed.exit_code;
    const auto& routes = own.framing_beast ? kBeast : kShared;
    return run_server(parsed.options, {"websocket", routes, websocket::encode, &own});
}
