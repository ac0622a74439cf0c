// What follows the head of a request: a body of a known size, or chunks with their trailers.
#include <algorithm>
#include <charconv>

#include "http/reader.hpp"
#include "http/text.hpp"

namespace pushbench {

bool HttpReader::accept_body(std::size_t most_bytes) {
    most_body_bytes_ = most_bytes;
    left_bytes_ = head_.body_bytes();
    switch (head_.body()) {
        case RequestHead::Body::none:
            at_ = At::whole;
            return true;
        case RequestHead::Body::chunked:
            at_ = At::chunk_size;
            return most_bytes > 0 || refuse_body();
        case RequestHead::Body::sized:
            at_ = At::sized_body;
            return left_bytes_ <= most_bytes || refuse_body();
    }
    return true;
}

bool HttpReader::read_body(std::string_view& bytes) {
    const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_bytes_, bytes.size()));
    body_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
    left_bytes_ -= taken;
    if (left_bytes_ == 0) at_ = at_ == At::sized_body ? At::whole : At::chunk_end;
    return left_bytes_ == 0;
}

bool HttpReader::read_chunk_size(std::string_view& bytes) {
    const auto got = take_line(bytes, line_, 0, limits_->chunk_line_bytes);
    if (got == Line::too_long)
        return refuse({400, Reason::chunk,
                       "chunk size and extensions too long: at most " +
                           std::to_string(limits_->chunk_line_bytes) + " bytes"});
    if (got == Line::partial) return false;
    std::string_view line = line_;
    if (!cut_line_end(line) || !parse_chunk_size(line)) return refuse_malformed("bad size of a chunk");
    line_.clear();
    if (extension_bytes_ > limits_->chunk_extension_bytes)
        return refuse({400, Reason::chunk,
                       "chunk extensions too long: at most " +
                           std::to_string(limits_->chunk_extension_bytes) + " bytes in all"});
    if (left_bytes_ > most_body_bytes_ - body_.size()) return refuse_body();
    at_ = left_bytes_ > 0 ? At::chunk_data : At::trailer;
    header_bytes_ = 0;
    return true;
}

/// `chunk-size [ chunk-ext ]` (RFC 9112 §7.1). Extensions say nothing here, and are passed over.
bool HttpReader::parse_chunk_size(std::string_view line) {
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), left_bytes_, 16);
    if (error != std::errc{} || end == line.data()) return false;
    const std::string_view rest = line.substr(static_cast<std::size_t>(end - line.data()));
    extension_bytes_ += rest.size();
    const auto is_bad = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    };
    return (rest.empty() || trimmed(rest).starts_with(';')) && std::none_of(rest.begin(), rest.end(), is_bad);
}

bool HttpReader::read_chunk_end(std::string_view& bytes) {
    const auto got = take_line(bytes, line_, 0, 2);
    if (got == Line::partial) return false;
    if (line_ != "\r\n") return refuse_malformed("a chunk is longer than its size says");
    line_.clear();
    at_ = At::chunk_size;
    return true;
}

/// Trailer lines mean nothing here, but must be well formed.
bool HttpReader::read_trailer(std::string_view& bytes) {
    const std::size_t left = limits_->header_bytes - std::min(limits_->header_bytes, header_bytes_);
    const auto got = take_line(bytes, line_, 0, std::min(limits_->header_line_bytes, left) + 2);
    if (got == Line::too_long) return refuse_headers("trailers too large: at most ", limits_->header_bytes);
    if (got == Line::partial) return false;
    header_bytes_ += line_.size();
    std::string_view line = line_;
    if (!cut_line_end(line)) return refuse_malformed("a line must end in CR LF");
    if (line.empty()) {
        at_ = At::whole;
        return false;
    }
    if (const char* wrong = wrong_with_field_line(line)) return refuse_malformed(wrong);
    line_.clear();
    return true;
}

bool HttpReader::refuse_body() {
    if (most_body_bytes_ == 0) return refuse({413, Reason::body, "body too large: expected none"});
    return refuse(
        {413, Reason::body, "body too large: at most " + std::to_string(most_body_bytes_) + " bytes"});
}

}  // namespace pushbench
