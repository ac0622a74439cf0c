#include "process/server.hpp"
#include "websocket/options.hpp"
#include "websocket/session.hpp"

int main(int argc, char** argv) {
    using namespace pushbench;
    websocket::Options own;
    OptionTraits traits{"websocket_server", "Delivers notifications by WebSocket."};
    traits.add = [&own](CLI::App& app) { websocket::add_options(app, own); };
    const auto parsed = parse_options(argc, argv, traits);
    if (parsed.exit_code) return *parsed.exit_code;
    const auto routes = websocket::routes(own);
    return run_server(parsed.options, {"websocket", {{routes, websocket::encode}}});
}
