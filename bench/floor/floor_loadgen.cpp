// The load generator with one more transport: "floor", notifications as lines over bare TCP.
#include <array>

#include "loadgen/command/cli.hpp"
#include "loadgen/transport/lines/client.hpp"

int main(int argc, char** argv) {
    using namespace pushbench::loadgen;
    constexpr std::array<Transport, 1> rows = {
        {{"floor", Pace::once, Opening::by_connect, make_line_client}}};
    return loadgen_main(argc, argv, rows);
}
