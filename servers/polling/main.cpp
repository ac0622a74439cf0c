#include "polling/session.hpp"
#include "process/server.hpp"

int main(int argc, char** argv) {
    using namespace pushbench;
    const auto parsed =
        parse_options(argc, argv, {"polling_server", "Delivers notifications by short and long polling."});
    if (parsed.exit_code) return *parsed.exit_code;
    return run_server(parsed.options, {"polling", {{polling::kRoutes, polling::encode}}});
}
