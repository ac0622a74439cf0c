#include "loadgen/wire/header.hpp"

#include <algorithm>

#include "loadgen/wire/failure.hpp"

namespace pushbench::loadgen {
namespace {

char in_small(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_token_character(char c) {
    return (c >= '0' && c <= '9') || (in_small(c) >= 'a' && in_small(c) <= 'z') ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

}  // namespace

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return in_small(x) == in_small(y); });
}

Header parse_header(std::string_view text) {
    const auto colon = text.find(':');
    const std::string_view name = text.substr(0, std::min(colon, text.size()));
    if (colon == std::string_view::npos || !is_token(name))
        throw Failure("'" + std::string{text} + "' is not a header such as 'Authorization: Bearer abc'");
    std::string_view value = text.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    const bool breaks_out = std::any_of(value.begin(), value.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
    if (breaks_out)
        throw Failure("'" + std::string{name} +
                      "' has a value with a control character; a header is one line");
    return {std::string{name}, std::string{value}};
}

}  // namespace pushbench::loadgen
