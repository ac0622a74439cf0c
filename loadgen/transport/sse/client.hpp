#pragma once

#include "loadgen/transport/protocol.hpp"

namespace pushbench::loadgen {

/// `GET /events`, `text/event-stream`; the cursor travels as Last-Event-ID.
std::unique_ptr<Protocol> make_sse_client(const Speech& speech);

}  // namespace pushbench::loadgen
