#pragma once

#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// For use in a URL's query (RFC 3986 §2.1).
std::string percent_encoded(std::string_view text);

}  // namespace pushbench::loadgen
