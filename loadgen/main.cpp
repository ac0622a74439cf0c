#include "loadgen/cli.hpp"
#include "loadgen/transports.hpp"

int main(int argc, char** argv) {
    return pushbench::loadgen::loadgen_main(argc, argv, pushbench::loadgen::transports());
}
