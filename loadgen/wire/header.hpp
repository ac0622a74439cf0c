#pragma once

#include <string>
#include <string_view>

namespace pushbench::loadgen {

/// One header field of a request (RFC 9110 §5).
struct Header {
    std::string name;
    std::string value;
};

/// Letters, digits and `!#$%&'*+-.^_\`|~`, at least one (RFC 9110 §5.6.2).
[[nodiscard]] bool is_token(std::string_view text);
/// ASCII letters only; as names of fields, schemes and hosts compare.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace pushbench::loadgen
