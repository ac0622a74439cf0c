#pragma once

#include "http/exchange.hpp"
#include "http/message.hpp"

namespace pushbench {

/// Whether the request comes from a page of an origin that may not use this server. It has been told so then,
/// by 403. For what a browser lets any page ask and do, whatever it may read of the answer: a WebSocket, and
/// a POST of plain text (the WHATWG Fetch standard's simple requests).
bool refuse_foreign_page(Exchange& exchange, const Request& request);

}  // namespace pushbench
