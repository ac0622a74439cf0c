#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/message/stamp.hpp"

namespace pushbench::loadgen {

/// A stamp as a short token that survives any envelope of text: `pb1:<topic>:<seq>:<due_ns>:<sent_ns>;`. Its
/// topic is percent-encoded (RFC 3986 §2.1), and so the token holds no character that JSON, XML or a URL's
/// path would escape. What is encoded as a whole, by base64 or as a form, hides it.
void append_marker(std::string& out, std::string_view topic, std::uint64_t seq, std::int64_t due_ns,
                   std::int64_t sent_ns);

/// Takes the next marker off the front of `rest`, wherever in it that is. What only looks like one is passed
/// over: `malformed` where there was such, and no marker behind it. `scratch` holds a topic that was encoded.
Find next_marker(std::string_view& rest, Stamp& stamp, std::string& scratch);

}  // namespace pushbench::loadgen
