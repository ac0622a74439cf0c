#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/dialects/dialect.hpp"
#include "loadgen/transport/protocol.hpp"
#include "loadgen/wire/http_response.hpp"

namespace pushbench::loadgen {

/// Takes what of a cursor stands in an answer's head. False where the head should name one and does not.
bool take_cursor(const Speech& speech, const ResponseHead& head, std::string& cursor);

/// What a body was: it cannot be cut as the dialect says; it was an answer of ours with nothing in it; or
/// what was in it has been told.
enum class Body : std::uint8_t { wrong, empty, told };

/// Tells the messages of a whole body as the dialect cuts it, and takes the cursor out of it. `refused` is
/// set where a rule ends the connection; it has then been told.
Body read_body(const Speech& speech, std::string_view body, std::string& cursor, Receiver& to, bool& refused);

/// What a body is instead of what read_body() takes, for a message.
std::string expected_body(Cut cut);

}  // namespace pushbench::loadgen
