// The SSE client, from the head of the response on: it makes the same of a connection however it is cut.
#include "loadgen/transport/sse/client.hpp"

#include "client.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushbench;
    fuzz::check_client(fuzz::Input{data, size}, loadgen::make_sse_client, "sse");
    return 0;
}
