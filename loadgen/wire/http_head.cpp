#include "loadgen/wire/http_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace pushbench::loadgen {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// Calls `take` with the value of each line of that name, until it says false.
template <class Take>
void each_field(std::string_view lines, std::string_view name, Take take) {
    for (std::string_view line; take_line(lines, line);) {
        const auto colon = line.find(':');
        if (colon == name.size() && equals_ignoring_case(line.substr(0, colon), name) &&
            !take(trimmed(line.substr(colon + 1))))
            return;
    }
}

/// The same with each element of the list that they make; empty ones are none (RFC 9110 §5.6.1.2).
template <class Take>
void each_element(std::string_view lines, std::string_view name, Take take) {
    each_field(lines, name, [&](std::string_view value) {
        while (!value.empty()) {
            const auto comma = std::min(value.find(','), value.size());
            const std::string_view element = trimmed(value.substr(0, comma));
            value.remove_prefix(std::min(comma + 1, value.size()));
            if (!element.empty() && !take(element)) return false;
        }
        return true;
    });
}

/// RFC 9112 §4: `HTTP/1.1 200 OK`, the reason may be empty, and the space before it absent.
bool parse_status_line(std::string_view line, ResponseHead& head) {
    if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return false;
    if (line[7] != '0' && line[7] != '1') return false;
    const std::string_view digits = line.substr(9, 3);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), head.status);
    if (error != std::errc{} || end != digits.data() + digits.size()) return false;
    if (head.status < 100 || (line.size() > 12 && line[12] != ' ')) return false;
    head.minor = line[7] - '0';
    head.reason = trimmed(line.substr(12));
    return true;
}

/// A field that goes on in the next line is one with spaces in place of the line's end.
void unfold(std::string& lines) {
    for (std::size_t at = lines.find('\n'); at + 1 < lines.size(); at = lines.find('\n', at + 1)) {
        if (lines[at + 1] != ' ' && lines[at + 1] != '\t') continue;
        lines[at] = ' ';
        if (lines[at - 1] == '\r') lines[at - 1] = ' ';
    }
}

const char* check_lines(std::string_view lines) {
    for (std::string_view line; take_line(lines, line);) {
        if (line.empty()) break;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return "a header line without a name";
        if (line.find('\r', colon) != std::string_view::npos)
            return "a header with a line end inside that is none (CR without LF)";
        if (line.find('\0', colon) != std::string_view::npos) return "a header with a NUL byte";
    }
    return nullptr;
}

}  // namespace

bool take_line(std::string_view& bytes, std::string_view& line) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return false;
    line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    bytes.remove_prefix(end + 1);
    return true;
}

std::size_t end_of_head(std::string_view bytes, std::size_t from) {
    for (auto at = bytes.find('\n', from); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        const std::string_view next = bytes.substr(at + 1, 2);
        if (next.starts_with('\n')) return at + 2;
        if (next == "\r\n") return at + 3;
    }
    return std::string_view::npos;
}

const char* parse_head(std::string_view text, ResponseHead& head, std::string& unfolded) {
    std::string_view status_line;
    if (!take_line(text, status_line) || !parse_status_line(status_line, head))
        return "a status line that is none of HTTP/1.1";
    if (text.starts_with(' ') || text.starts_with('\t')) return "a header line without a name";
    if (text.find("\n ") != std::string_view::npos || text.find("\n\t") != std::string_view::npos) {
        unfolded = text;
        unfold(unfolded);
        text = unfolded;
    }
    head.lines = text;
    return check_lines(text);
}

const char* content_length(const ResponseHead& head, std::optional<std::uint64_t>& length) {
    const char* wrong = nullptr;
    bool named = false;
    each_field(head.lines, "Content-Length", [&](std::string_view) { return !(named = true); });
    each_element(head.lines, "Content-Length", [&](std::string_view element) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(element.data(), element.data() + element.size(), value);
        if (error != std::errc{} || end != element.data() + element.size())
            wrong = "a Content-Length that is no length";
        else if (length && *length != value)
            wrong = "several Content-Lengths that differ";
        length = value;
        return wrong == nullptr;
    });
    return named && !length ? "a Content-Length that is no length" : wrong;
}

std::optional<std::string_view> ResponseHead::field(std::string_view name) const {
    std::optional<std::string_view> first;
    each_field(lines, name, [&](std::string_view value) {
        first = value;
        return false;
    });
    return first;
}

std::string ResponseHead::fields(std::string_view name) const {
    std::string all;
    each_field(lines, name, [&](std::string_view value) {
        if (!all.empty()) all += ", ";
        all += value;
        return true;
    });
    return all;
}

bool ResponseHead::has_token(std::string_view name, std::string_view token) const {
    bool found = false;
    each_element(lines, name,
                 [&](std::string_view element) { return !(found = equals_ignoring_case(element, token)); });
    return found;
}

bool ResponseHead::keeps_alive() const {
    if (has_token("Connection", "close")) return false;
    return minor >= 1 || has_token("Connection", "keep-alive");
}

std::string describe(const ResponseHead& head) {
    std::string text = std::to_string(head.status);
    if (!head.reason.empty()) text += ' ' + std::string{head.reason};
    return text;
}

bool is_media_type(std::string_view value, std::string_view type) {
    return equals_ignoring_case(trimmed(value.substr(0, value.find(';'))), type);
}

}  // namespace pushbench::loadgen
