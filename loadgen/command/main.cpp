#include "loadgen/command/cli.hpp"
#include "loadgen/transport/table.hpp"

int main(int argc, char** argv) {
    return pushbench::loadgen::loadgen_main(argc, argv, pushbench::loadgen::transports());
}
