#pragma once

#include <cstddef>

#include "http/routing.hpp"

namespace pushbench {

/// `POST /publish?topic=T` on the port of subscribers, for servers whose clients may publish: what a
/// WebSocket's client says on its stream, any other one says by a request beside it. Answered 202 with
/// nothing behind it: the notification is published when its turn comes, and comes to whoever follows the
/// topic. 403 to a page of another origin that may not use the server, as for a WebSocket; 400 where it is no
/// text.
Route client_publish_route(std::size_t most_body_bytes);

}  // namespace pushbench
