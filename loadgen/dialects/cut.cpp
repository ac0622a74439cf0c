#include "loadgen/dialects/cut.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace pushbench::loadgen {
namespace {

std::string_view without_space(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto from = text.find_first_not_of(blank);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blank) - from + 1);
}

/// Takes the last word off the end, as a number.
std::optional<std::size_t> take_last_number(std::string_view& line) {
    const auto space = line.find_last_of(" \t");
    if (space == std::string_view::npos) return std::nullopt;
    const std::string_view word = line.substr(space + 1);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    line = without_space(line.substr(0, space));
    return number;
}

/// What stands behind a NATS line: nothing, or headers and a payload.
struct Behind {
    std::size_t headers_bytes = 0;
    std::size_t total_bytes = 0;
};

/// "MSG subject sid [reply] bytes" and "HMSG subject sid [reply] header-bytes total-bytes".
std::optional<Behind> behind(std::string_view line) {
    Behind sizes;
    const bool with_headers = line.starts_with("HMSG ");
    const auto total = take_last_number(line);
    if (!total) return std::nullopt;
    sizes.total_bytes = *total;
    if (!with_headers) return sizes;
    const auto headers = take_last_number(line);
    if (!headers || *headers > *total) return std::nullopt;
    sizes.headers_bytes = *headers;
    return sizes;
}

/// Where the element that begins at the front ends: at a comma or the bracket of the array it is in.
std::size_t element_length(std::string_view text) {
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted) {
            if (c == '\\') ++at;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (depth == 0 && (c == ',' || c == ']' || c == '}')) {
            return at;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return std::string_view::npos;
}

}  // namespace

bool Cutter::feed(std::string_view frame, CutSink& sink) {
    switch (cut_) {
        case Cut::whole:
        case Cut::answer:
            sink.on_piece(frame);
            return true;
        case Cut::lines:
            lines(frame, sink);
            return true;
        case Cut::record_separator:
            return records(frame, sink);
        case Cut::json_array:
            return elements(frame, sink);
        case Cut::nats:
            return nats(frame, sink);
    }
    return false;
}

void Cutter::lines(std::string_view frame, CutSink& sink) {
    while (!frame.empty()) {
        const auto end = std::min(frame.find('\n'), frame.size());
        std::string_view line = frame.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) sink.on_piece(line);
        frame.remove_prefix(std::min(end + 1, frame.size()));
    }
}

bool Cutter::elements(std::string_view array, CutSink& sink) {
    array = without_space(array);
    if (!array.starts_with('[') || !array.ends_with(']')) return false;
    array = without_space(array.substr(1));
    while (!array.starts_with(']')) {
        const std::size_t length = element_length(array);
        if (length == std::string_view::npos || length == 0 || array[length] == '}') return false;
        sink.on_piece(without_space(array.substr(0, length)));
        const bool more = array[length] == ',';
        array = without_space(array.substr(more ? length + 1 : length));
        if (more && array.starts_with(']')) return false;
    }
    return array.size() == 1;
}

bool Cutter::records(std::string_view frame, CutSink& sink) {
    std::string_view rest = carry_.join(frame);
    for (auto end = rest.find('\x1e'); end != std::string_view::npos; end = rest.find('\x1e')) {
        if (end != 0) sink.on_piece(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    carry_.keep(rest);
    return carry_.size() <= longest_message_bytes;
}

bool Cutter::nats(std::string_view frame, CutSink& sink) {
    std::string_view rest = carry_.join(frame);
    while (true) {
        const auto end = rest.find("\r\n");
        if (end == std::string_view::npos) {
            if (rest.size() > longest_line_bytes) return false;
            break;
        }
        const std::string_view line = rest.substr(0, end);
        if (!line.starts_with("MSG ") && !line.starts_with("HMSG ")) {
            if (!line.empty()) sink.on_piece(line);
            rest.remove_prefix(end + 2);
            continue;
        }
        const auto sizes = behind(line);
        if (!sizes || sizes->total_bytes > longest_message_bytes) return false;
        const std::string_view payload = rest.substr(end + 2);
        if (payload.size() < sizes->total_bytes + 2) break;
        if (payload.substr(sizes->total_bytes, 2) != "\r\n") return false;
        sink.on_payload(payload.substr(sizes->headers_bytes, sizes->total_bytes - sizes->headers_bytes));
        rest = payload.substr(sizes->total_bytes + 2);
    }
    carry_.keep(rest);
    return true;
}

}  // namespace pushbench::loadgen
