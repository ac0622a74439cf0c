// The polling client, whose answers hold JSON: it makes the same of a connection however it is cut.
#include "loadgen/transport/polling/client.hpp"

#include "client.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench;
    fuzz::check_client(fuzz::Input{data, size}, loadgen::make_poll_client, "long-poll");
    return 0;
}
