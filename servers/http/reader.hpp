#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/head.hpp"
#include "http/refusal.hpp"
#include "net/limits.hpp"

namespace pushbench {

/// Reads one HTTP/1.1 request out of bytes, however they are cut, and does no I/O. All that a client can send
/// is bounded here: what is held never exceeds the limits, and each byte is looked at a fixed number of
/// times.
class HttpReader {
 public:
    enum class State : std::uint8_t {
        more,     ///< all bytes are taken, and the request is not complete
        head,     ///< the head is there: say by accept_body() what may follow, then read on
        whole,    ///< the request is there; what is left of the bytes is the next one's
        refused,  ///< see refusal(); nothing that follows can be understood
    };

    explicit HttpReader(const Limits& limits) : limits_(&limits) {}

    /// Takes bytes off the front.
    State read(std::string_view& bytes);
    /// After `head`. False if the body that is announced is larger: it is then refused, unread.
    bool accept_body(std::size_t most_bytes);
    /// Begins anew with the next request, and keeps what memory it has as long as that is little.
    void reset();
    /// Other limits from now on, which outlive what is read.
    void hold_to(const Limits& limits) { limits_ = &limits; }

    const RequestHead& head() const { return head_; }
    const std::string& body() const { return body_; }
    const Refusal& refusal() const { return refusal_; }
    bool is_whole() const { return at_ == At::whole; }
    /// Some of a request has come, and be it an empty line before it.
    bool has_begun() const { return at_ != At::request_line || !head_.text.empty(); }

 private:
    enum class At : std::uint8_t {
        request_line,
        field_line,
        head_end,
        sized_body,
        chunk_size,
        chunk_data,
        chunk_end,
        trailer,
        whole,
        refused
    };
    enum class Line : std::uint8_t { whole, partial, too_long };

    bool step(std::string_view& bytes);
    Line take_line(std::string_view& bytes, std::string& into, std::size_t begin, std::size_t most_bytes);
    bool read_request_line(std::string_view& bytes);
    bool check_method();
    bool read_field_line(std::string_view& bytes);
    bool read_body(std::string_view& bytes);
    bool read_chunk_size(std::string_view& bytes);
    bool parse_chunk_size(std::string_view line);
    bool read_chunk_end(std::string_view& bytes);
    bool read_trailer(std::string_view& bytes);
    bool refuse(Refusal refusal);
    bool refuse_malformed(std::string_view what);
    bool refuse_headers(std::string_view what, std::size_t most);
    bool refuse_body();

    const Limits* limits_;
    RequestHead head_;
    std::string body_;
    std::string line_;  // of a chunk's size, or of a trailer
    Refusal refusal_;
    std::uint64_t left_bytes_ = 0;  // of a sized body, or of a chunk
    std::size_t most_body_bytes_ = 0;
    std::size_t line_begin_ = 0;    // in the head's text
    std::size_t header_bytes_ = 0;  // of lines that are complete
    std::size_t header_lines_ = 0;
    std::size_t extension_bytes_ = 0;
    unsigned empty_lines_ = 0;  // before the request
    At at_ = At::request_line;
    bool method_checked_ = false;
};

}  // namespace pushbench
