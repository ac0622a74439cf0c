#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): as its library calls it
class App;
}

namespace pushbench::websocket {

/// What a WebSocket server can be told besides what every server can.
struct Options {
    bool echo = false;           ///< /echo sends each message back
    bool framing_beast = false;  ///< Beast's own stream for each session, not the shared one
};

/// `--echo` and `--framing`.
void add_options(CLI::App& app, Options& options);

}  // namespace pushbench::websocket
