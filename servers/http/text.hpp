#pragma once

#include <algorithm>
#include <string_view>

namespace pushbench {

/// What a target begins with that is absolute (RFC 9112 §3.2.2).
inline constexpr std::string_view kHttpScheme = "http://";

inline char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

/// Names of header fields, hosts and codings are compared without case, of ASCII only.
inline bool equal_without_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return to_lower(x) == to_lower(y); });
}

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

inline bool is_letter(char c) {
    return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}

/// `tchar` of RFC 9110 §5.6.2, which names and methods are made of.
inline bool is_token_char(char c) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    return is_letter(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
}

inline bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

inline bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/// Without the optional white space around it (RFC 9110 §5.6.3).
inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// A line without its end. A line feed alone ends none: what one reader takes for an end, another may not.
inline bool cut_line_end(std::string_view& line) {
    if (!line.ends_with("\r\n")) return false;
    line.remove_suffix(2);
    return true;
}

/// The elements of a list, without empty ones (RFC 9110 §5.6.1).
template <class Action>
void for_each_element(std::string_view list, Action action) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view element = trimmed(list.substr(0, comma));
        if (!element.empty()) action(element);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

}  // namespace pushbench
