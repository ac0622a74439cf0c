#include "http/reader.hpp"

#include <algorithm>

#include "http/text.hpp"

namespace pushbench {
namespace {

/// Longer than any method that there is, and than `HTTP/1.1` with the blanks and the line's end.
constexpr std::size_t kMostMethodBytes = 32;
constexpr std::size_t kRestOfRequestLineBytes = kMostMethodBytes + 16;
/// Some clients end a body with an empty line too many, which is then before the next request (RFC 9112
/// §2.2).
constexpr unsigned kMostEmptyLines = 4;
/// What is kept for the next request.
constexpr std::size_t kKeptBytes = 16 * 1024;

void empty(std::string& text) {
    if (text.capacity() > kKeptBytes)
        text = std::string{};
    else
        text.clear();
}

}  // namespace

void HttpReader::reset() {
    HttpReader fresh{*limits_};
    std::swap(fresh.head_, head_);
    std::swap(fresh.body_, body_);
    std::swap(fresh.line_, line_);
    fresh.head_.clear();
    empty(fresh.head_.text);
    empty(fresh.body_);
    fresh.line_.clear();
    *this = std::move(fresh);
}

HttpReader::State HttpReader::read(std::string_view& bytes) {
    while (step(bytes)) {
    }
    switch (at_) {
        case At::head_end:
            return State::head;
        case At::whole:
            return State::whole;
        case At::refused:
            return State::refused;
        default:
            return State::more;
    }
}

/// False where it can go no further: out of bytes, or at a point where others have to look.
bool HttpReader::step(std::string_view& bytes) {
    if (at_ == At::head_end || at_ == At::whole || at_ == At::refused || bytes.empty()) return false;
    switch (at_) {
        case At::request_line:
            return read_request_line(bytes);
        case At::field_line:
            return read_field_line(bytes);
        case At::sized_body:
        case At::chunk_data:
            return read_body(bytes);
        case At::chunk_size:
            return read_chunk_size(bytes);
        case At::chunk_end:
            return read_chunk_end(bytes);
        case At::trailer:
            return read_trailer(bytes);
        default:
            return false;
    }
}

/// Moves bytes up to and with a line feed. A line that is too long is seen at its first byte too many.
HttpReader::Line HttpReader::take_line(std::string_view& bytes, std::string& into, std::size_t begin,
                                       std::size_t most_bytes) {
    const std::size_t room = most_bytes + 1 - std::min(most_bytes + 1, into.size() - begin);
    const std::string_view look = bytes.substr(0, room);
    const std::size_t feed = look.find('\n');
    const std::size_t taken = feed == std::string_view::npos ? look.size() : feed + 1;
    into.append(look.substr(0, taken));
    bytes.remove_prefix(taken);
    if (into.size() - begin > most_bytes) return Line::too_long;
    return feed == std::string_view::npos ? Line::partial : Line::whole;
}

bool HttpReader::read_request_line(std::string_view& bytes) {
    const auto got = take_line(bytes, head_.text, 0, limits_->target_bytes + kRestOfRequestLineBytes);
    if (!check_method()) return refuse_malformed("bad method");
    if (got == Line::too_long)
        return refuse(
            {414, Reason::target,
             "request target too long: at most " + std::to_string(limits_->target_bytes) + " bytes"});
    if (got == Line::partial) return false;
    std::string_view line = head_.text;
    if (!cut_line_end(line)) return refuse_malformed("a line must end in CR LF");
    if (line.empty()) {
        if (++empty_lines_ > kMostEmptyLines) return refuse_malformed("empty lines in place of a request");
        head_.text.clear();
        return true;
    }
    if (auto refusal = head_.take_request_line(0, line.size(), limits_->target_bytes))
        return refuse(std::move(*refusal));
    line_begin_ = head_.text.size();
    at_ = At::field_line;
    return true;
}

/// Whoever speaks another protocol, such as TLS, may never send a line's end: it is told so by its first
/// bytes.
bool HttpReader::check_method() {
    if (method_checked_) return true;
    const std::string_view text = head_.text;
    if (text == "\r" || text == "\r\n") return true;
    const std::size_t size = text.find(' ');
    method_checked_ = size != std::string_view::npos;
    const std::string_view method = text.substr(0, size);
    return method.size() <= kMostMethodBytes && is_token(method);
}

bool HttpReader::read_field_line(std::string_view& bytes) {
    const std::size_t left = limits_->header_bytes - std::min(limits_->header_bytes, header_bytes_);
    const std::size_t most = std::min(limits_->header_line_bytes, left) + 2;
    const auto got = take_line(bytes, head_.text, line_begin_, most);
    if (got == Line::too_long) {
        return left < limits_->header_line_bytes
                   ? refuse_headers("headers too large: at most ", limits_->header_bytes)
                   : refuse_headers("header line too long: at most ", limits_->header_line_bytes);
    }
    if (got == Line::partial) return false;
    std::string_view line = std::string_view{head_.text}.substr(line_begin_);
    header_bytes_ += line.size();
    if (!cut_line_end(line)) return refuse_malformed("a line must end in CR LF");
    if (line.empty()) {
        if (auto refusal = head_.finish()) return refuse(std::move(*refusal));
        at_ = At::head_end;
        return false;
    }
    if (++header_lines_ > limits_->header_lines)
        return refuse(
            {431, Reason::header, "too many header lines: at most " + std::to_string(limits_->header_lines)});
    if (auto refusal = head_.take_field_line(line_begin_, line.size())) return refuse(std::move(*refusal));
    line_begin_ = head_.text.size();
    return true;
}

bool HttpReader::refuse(Refusal refusal) {
    refusal_ = std::move(refusal);
    at_ = At::refused;
    return false;
}

bool HttpReader::refuse_malformed(std::string_view what) {
    return refuse({400, Reason::malformed, "malformed HTTP request: " + std::string{what}});
}

bool HttpReader::refuse_headers(std::string_view what, std::size_t most) {
    return refuse({431, Reason::header, std::string{what} + std::to_string(most) + " bytes"});
}

}  // namespace pushbench
