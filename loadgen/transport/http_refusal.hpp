#pragma once

#include <ctime>
#include <string_view>

#include "loadgen/transport/protocol.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {

/// What an answer that is not the one asked for means to a client: whether it comes back (RFC 9110 §15), and
/// when. `more` goes on behind the status: "; an SSE server answers 200 and text/event-stream".
Refusal refusal_of(const ResponseHead& head, std::string_view more);

/// The peer speaks something else, or speaks it wrongly: there is no status.
Refusal protocol_error(std::string reason, bool for_good);

/// What keeps the body from being read as it is: a Content-Encoding that nobody asked for. Empty: nothing.
std::string_view unasked_encoding(const ResponseHead& head);

/// Retry-After (RFC 9110 §10.2.3): seconds, or a date, which is compared with the answer's own Date, or with
/// `now` where it has none. Empty where there is none, or it cannot be read.
std::optional<std::chrono::milliseconds> retry_after(const ResponseHead& head, std::time_t now);

}  // namespace pushbench::loadgen
