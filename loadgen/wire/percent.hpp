#pragma once

#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// Letters, digits and -._~, which stand for themselves in any part of a URI (RFC 3986 §2.3).
/// Here and not in the source: markers are read with it, character by character.
[[nodiscard]] constexpr bool is_unreserved(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/// "%2F" for a slash (RFC 3986 §2.1).
void append_percent(char c, std::string& out);

/// All but what is unreserved: for use in a URL's path or query.
void append_percent_encoded(std::string_view text, std::string& out);
std::string percent_encoded(std::string_view text);

}  // namespace pushbench::loadgen
