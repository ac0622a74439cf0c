#include "process/server.hpp"
#include "sse/session.hpp"

int main(int argc, char** argv) {
    using namespace pushbench;
    const auto parsed =
        parse_options(argc, argv, {"sse_server", "Delivers notifications by Server-Sent Events."});
    if (parsed.exit_code) return *parsed.exit_code;
    return run_server(parsed.options, {"sse", {{sse::kRoutes, sse::encode}}});
}
