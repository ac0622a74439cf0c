#include "loadgen/wire/http_response.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace pushbench::loadgen {
namespace {

constexpr std::size_t longest_head_bytes = 16 * 1024;
constexpr std::size_t longest_line_bytes = 1024;  // of a chunk's size or of a trailer

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

bool parse_number(std::string_view text, std::uint64_t& value, int base) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc{} && end == text.data() + text.size();
}

/// Takes one line off the front. False if its end is not there yet.
bool take_line(std::string_view& bytes, std::string_view& line) {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return false;
    line = bytes.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    bytes.remove_prefix(end + 1);
    return true;
}

/// RFC 9112 §4: `HTTP/1.1 200 OK`, the reason may be empty.
bool parse_head(std::string_view text, ResponseHead& head) {
    std::string_view status_line;
    if (!take_line(text, status_line) || !status_line.starts_with("HTTP/1.") || status_line.size() < 12)
        return false;
    std::uint64_t status = 0;
    if (!parse_number(status_line.substr(9, 3), status, 10) || status < 100) return false;
    head.status = static_cast<int>(status);
    head.reason = trimmed(status_line.substr(12));
    head.fields = text;
    return true;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string describe(const ResponseHead& head) {
    std::string text = std::to_string(head.status);
    if (!head.reason.empty()) text += ' ' + std::string{head.reason};
    return text;
}

std::optional<std::string_view> ResponseHead::field(std::string_view name) const {
    std::string_view rest = fields;
    for (std::string_view line; take_line(rest, line);) {
        const auto colon = line.find(':');
        if (colon == name.size() && equals_ignoring_case(line.substr(0, colon), name))
            return trimmed(line.substr(colon + 1));
    }
    return std::nullopt;
}

HttpResponse::State HttpResponse::read(std::string_view bytes, ResponseSink& sink, std::string_view& rest) {
    rest = carry_.join(bytes);
    State state = State::reading;
    while (state == State::reading && !rest.empty()) {
        const std::size_t before = rest.size();
        state = part_ == Part::head ? read_head(rest, sink) : read_body(rest, sink);
        if (rest.size() == before) break;  // the next piece is not whole yet
    }
    if (state == State::reading) {
        carry_.keep(rest);
        rest = {};
    } else if (carry_.size() != 0) {
        // `rest` may lie in the carry, which goes; everything behind the head came with these bytes.
        rest = rest.size() <= bytes.size() ? bytes.substr(bytes.size() - rest.size()) : std::string_view{};
        carry_.clear();
    }
    return state;
}

HttpResponse::State HttpResponse::read_head(std::string_view& bytes, ResponseSink& sink) {
    constexpr std::string_view begin = "HTTP/1.";
    const auto checked = std::min(bytes.size(), begin.size());
    if (bytes.substr(0, checked) != begin.substr(0, checked)) return State::broken;  // not HTTP at all
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return bytes.size() > longest_head_bytes ? State::broken : State::reading;
    ResponseHead head;
    if (!parse_head(bytes.substr(0, end + 2), head)) return State::broken;
    bytes.remove_prefix(end + 4);
    if (head.status < 200 && head.status != 101) return State::reading;  // interim; the real one follows
    // RFC 9112 §6.3, in its order.
    const auto coding = head.field("Transfer-Encoding");
    const auto length = head.field("Content-Length");
    body_left_ = 0;
    if (head.status == 101 || head.status == 204 || head.status == 304)
        part_ = Part::sized_body;
    else if (coding && equals_ignoring_case(*coding, "chunked"))
        part_ = Part::chunk_size;
    else if (!length)
        part_ = Part::until_close;
    else if (!parse_number(*length, body_left_, 10))
        return State::broken;
    else
        part_ = Part::sized_body;
    sink.on_head(head);
    if (part_ != Part::sized_body || body_left_ != 0) return State::reading;
    part_ = Part::head;
    sink.on_end();
    return head.status == 101 ? State::upgraded : State::whole;
}

HttpResponse::State HttpResponse::read_body(std::string_view& bytes, ResponseSink& sink) {
    std::string_view line;
    if (part_ == Part::until_close) {
        sink.on_body(bytes);
        bytes = {};
    } else if (part_ == Part::sized_body || part_ == Part::chunk) {
        const auto piece = bytes.substr(0, body_left_);
        body_left_ -= piece.size();
        bytes.remove_prefix(piece.size());
        sink.on_body(piece);
        if (body_left_ != 0) return State::reading;
        if (part_ == Part::sized_body) {
            part_ = Part::head;
            sink.on_end();
            return State::whole;
        }
        part_ = Part::chunk_end;
    } else if (!take_line(bytes, line)) {
        return bytes.size() > longest_line_bytes ? State::broken : State::reading;
    } else if (part_ == Part::chunk_size) {
        if (!read_chunk_size(line)) return State::broken;
    } else if (part_ == Part::chunk_end) {
        if (!line.empty()) return State::broken;
        part_ = Part::chunk_size;
    } else if (line.empty()) {  // the empty line behind the trailer
        part_ = Part::head;
        sink.on_end();
        return State::whole;
    }
    return State::reading;
}

/// RFC 9112 §7.1: a hexadecimal size, perhaps with extensions behind a semicolon; 0 is the last.
bool HttpResponse::read_chunk_size(std::string_view line) {
    if (!parse_number(trimmed(line.substr(0, line.find(';'))), body_left_, 16)) return false;
    part_ = body_left_ == 0 ? Part::trailer : Part::chunk;
    return true;
}

bool HttpResponse::closed(ResponseSink& sink) {
    if (part_ != Part::until_close) return false;
    part_ = Part::head;
    sink.on_end();
    return true;
}

}  // namespace pushbench::loadgen
