#include "loadgen/wire/http_response.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace pushbench::loadgen {
namespace {

/// RFC 9112 §7.1: a hexadecimal size, perhaps with extensions behind a semicolon.
bool parse_chunk_size(std::string_view line, std::uint64_t& size) {
    std::string_view digits = line.substr(0, line.find(';'));
    while (digits.ends_with(' ') || digits.ends_with('\t')) digits.remove_suffix(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    return error == std::errc{} && end == digits.data() + digits.size();
}

}  // namespace

HttpResponse::State HttpResponse::read(std::string_view bytes, ResponseSink& sink, std::string_view& rest) {
    rest = carry_.join(bytes);
    State state = why_ == nullptr ? State::reading : State::broken;
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
    if (bytes.substr(0, checked) != begin.substr(0, checked)) return broken("something that is not HTTP/1.1");
    // The last two bytes once more: an end may have been cut there.
    const auto end = end_of_head(bytes, seen_bytes_ < 2 ? 0 : seen_bytes_ - 2);
    if (std::min(end, bytes.size()) > longest_head_bytes) return broken("a head of over 64 KiB");
    if (end == std::string_view::npos) {
        seen_bytes_ = static_cast<std::uint32_t>(bytes.size());
        return State::reading;
    }
    seen_bytes_ = 0;
    ResponseHead head;
    std::string unfolded;
    if (const char* why = parse_head(bytes.substr(0, end), head, unfolded); why != nullptr)
        return broken(why);
    bytes.remove_prefix(end);
    if (head.status < 200 && head.status != 101) return State::reading;  // interim; the real one follows
    if (begin_body(head) == State::broken) return State::broken;
    sink.on_head(head);
    if (part_ != Part::sized_body || body_left_ != 0) return State::reading;
    end_response(sink);
    return head.status == 101 ? State::upgraded : State::whole;
}

/// How the body ends: RFC 9112 §6.3, in its order.
HttpResponse::State HttpResponse::begin_body(const ResponseHead& head) {
    body_left_ = 0;
    part_ = Part::sized_body;
    if (head.status == 101 || head.status == 204 || head.status == 304) return State::reading;
    std::optional<std::uint64_t> length;
    const char* wrong_length = content_length(head, length);
    if (head.field("Transfer-Encoding")) {
        // Each of these may be read in two ways, and who guesses wrong takes a body for the next response.
        if (length || wrong_length != nullptr) return broken("both Transfer-Encoding and Content-Length");
        if (head.minor == 0) return broken("a Transfer-Encoding, which HTTP/1.0 does not have");
        if (!equals_ignoring_case(head.fields("Transfer-Encoding"), "chunked"))
            return broken("a Transfer-Encoding that is not chunked alone, which nobody asked for");
        part_ = Part::chunk_size;
    } else if (wrong_length != nullptr) {
        return broken(wrong_length);
    } else if (length) {
        body_left_ = *length;
    } else {
        part_ = Part::until_close;
    }
    return State::reading;
}

HttpResponse::State HttpResponse::read_body(std::string_view& bytes, ResponseSink& sink) {
    if (part_ == Part::until_close) {
        sink.on_body(bytes);
        bytes = {};
        return State::reading;
    }
    if (part_ != Part::sized_body && part_ != Part::chunk) return read_line(bytes, sink);
    const auto piece = bytes.substr(0, body_left_);
    body_left_ -= piece.size();
    bytes.remove_prefix(piece.size());
    sink.on_body(piece);
    if (body_left_ != 0) return State::reading;
    if (part_ == Part::sized_body) return end_response(sink);
    part_ = Part::chunk_end;
    return State::reading;
}

/// What stands between chunks, and behind the last.
HttpResponse::State HttpResponse::read_line(std::string_view& bytes, ResponseSink& sink) {
    const std::size_t longest =
        part_ == Part::trailer ? longest_head_bytes - seen_bytes_ : longest_chunk_line_bytes;
    const std::size_t before = bytes.size();
    std::string_view line;
    const bool whole = take_line(bytes, line);
    if ((whole ? line.size() : before) > longest)
        return broken(part_ == Part::trailer ? "trailers of over 64 KiB" : "a chunk size line of over 8 KiB");
    // The end of a chunk is two bytes: that it is missing is known before any line ends.
    if (part_ == Part::chunk_end && (whole ? !line.empty() : bytes != "\r"))
        return broken("a chunk that is longer than its size");
    if (!whole) return State::reading;
    if (part_ == Part::chunk_size) {
        if (!parse_chunk_size(line, body_left_)) return broken("a chunk size that is no number");
        part_ = body_left_ == 0 ? Part::trailer : Part::chunk;
        seen_bytes_ = 0;
    } else if (part_ == Part::chunk_end) {
        part_ = Part::chunk_size;
    } else if (line.empty()) {  // the one behind the trailers
        seen_bytes_ = 0;
        return end_response(sink);
    } else {
        seen_bytes_ += static_cast<std::uint32_t>(before - bytes.size());
        if (seen_bytes_ > longest_head_bytes) return broken("trailers of over 64 KiB");
    }
    return State::reading;
}

HttpResponse::State HttpResponse::end_response(ResponseSink& sink) {
    part_ = Part::head;
    sink.on_end();
    return State::whole;
}

HttpResponse::State HttpResponse::broken(const char* why) {
    why_ = why;
    return State::broken;
}

bool HttpResponse::closed(ResponseSink& sink) {
    if (part_ == Part::until_close) {
        end_response(sink);
        return true;
    }
    if (part_ != Part::head)
        why_ = "an answer that ended before its body did";
    else
        why_ = carry_.size() == 0 ? "no answer before it closed" : "an answer that ended within its head";
    return false;
}

}  // namespace pushbench::loadgen
