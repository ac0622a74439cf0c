#pragma once

#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// For the inside of a JSON string (RFC 8259 §7): quotes, backslashes and control characters.
void append_json_escaped(std::string_view text, std::string& out);
/// With padding (RFC 4648 §4).
void append_base64(std::string_view text, std::string& out);
/// For a header field: control characters percent-encoded, all else as it is.
void append_without_controls(std::string_view text, std::string& out);

}  // namespace pushbench::loadgen
