#include "websocket/options.hpp"

#include <CLI/CLI.hpp>
#include <string>

namespace pushbench::websocket {

void add_options(CLI::App& app, Options& options) {
    app.add_flag("--echo", options.echo, "Open /echo, which sends each message of a WebSocket back");
    const auto assign = [&options](const std::string& text) {
        if (text != "shared" && text != "beast")
            throw CLI::ValidationError("'" + text + "' is not valid, expected shared or beast");
        options.framing_beast = text == "beast";
    };
    app.add_option_function<std::string>(
           "--framing", assign, "shared: frames encoded once, one write path; beast: Beast's own stream")
        ->type_name("shared|beast")
        ->default_str("shared");
}

}  // namespace pushbench::websocket
