// All transports on one port, from one source: what is published once reaches the clients of each, under one
// cursor. The three programs beside it stay what is measured.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

#include "polling/session.hpp"
#include "process/server.hpp"
#include "sse/session.hpp"
#include "websocket/options.hpp"
#include "websocket/session.hpp"

namespace {

const std::vector<std::string> kAll{"polling", "websocket", "sse"};

void add_transports(CLI::App& app, std::vector<std::string>& chosen) {
    const auto assign = [&chosen](const std::vector<std::string>& names) {
        for (const std::string& name : names)
            if (std::find(kAll.begin(), kAll.end(), name) == kAll.end())
                throw CLI::ValidationError("'" + name + "' is not valid, expected polling, websocket or sse");
        chosen = names;
    };
    app.add_option_function<std::vector<std::string>>("--transports", assign, "Which of them it speaks")
        ->delimiter(',')
        ->type_name("LIST")
        ->default_str("polling,websocket,sse");
}

}  // namespace

int main(int argc, char** argv) {
    using namespace pushbench;
    std::vector<std::string> chosen = kAll;
    websocket::Options own;
    OptionTraits traits{"push_server",
                        "Delivers notifications by polling, WebSocket and Server-Sent Events."};
    traits.add = [&](CLI::App& app) {
        add_transports(app, chosen);
        websocket::add_options(app, own);
    };
    const auto parsed = parse_options(argc, argv, traits);
    if (parsed.exit_code) return *parsed.exit_code;
    const auto has = [&](const char* name) {
        return std::find(chosen.begin(), chosen.end(), name) != chosen.end();
    };
    const auto websocket_routes = websocket::routes(own);
    Program program{"push", {}};
    // In the order in which an entry looks for their encodings: streams do so for each delivery.
    if (has("sse")) program.transports.push_back({sse::kRoutes, sse::encode});
    if (has("websocket")) program.transports.push_back({websocket_routes, websocket::encode});
    if (has("polling")) program.transports.push_back({polling::kRoutes, polling::encode});
    return run_server(parsed.options, program);
}
