#include "loadgen/wire/header.hpp"

#include <algorithm>

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

}  // namespace pushbench::loadgen
