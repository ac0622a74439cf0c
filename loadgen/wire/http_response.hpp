#pragma once

#include <cstdint>
#include <string_view>

#include "loadgen/wire/carry.hpp"
#include "loadgen/wire/http_head.hpp"

namespace pushbench::loadgen {

/// Where HttpResponse reports. Views hold until the call returns.
class ResponseSink {
 public:
    virtual ~ResponseSink() = default;
    virtual void on_head(const ResponseHead& head) = 0;
    virtual void on_body(std::string_view piece) = 0;
    virtual void on_end() = 0;
};

/// Reads HTTP/1.1 responses (RFC 9112) without I/O, one after the other on a connection: bodies by
/// Content-Length, chunked, or until the connection closes. Interim responses (1xx) are passed over. Whatever
/// a peer sends, no more is kept of it than a head may have.
class HttpResponse {
 public:
    enum class State : std::uint8_t { reading, whole, upgraded, broken };

    static constexpr std::size_t longest_head_bytes = 64 * 1024;  ///< and of all trailers of a body
    static constexpr std::size_t longest_chunk_line_bytes =
        8 * 1024;  ///< of a chunk's size with its extensions

    /// Reads up to the end of one response. What belongs to the next one, or to the protocol after a 101,
    /// comes back as `rest`. Once broken, why() tells, and the connection is of no more use.
    State read(std::string_view bytes, ResponseSink& sink, std::string_view& rest);
    /// The peer closed: the end of a body that only this ends, else of nothing, as why() then tells. True if
    /// the response is whole.
    bool closed(ResponseSink& sink);
    /// Within on_body(): nothing follows this piece, as the body's length says.
    [[nodiscard]] bool is_last_piece() const { return part_ == Part::sized_body && body_left_ == 0; }
    /// True between two responses.
    [[nodiscard]] bool idle() const { return part_ == Part::head && carry_.size() == 0; }
    /// What came in place of a response: "a chunk size that is no number".
    [[nodiscard]] std::string_view why() const { return why_ == nullptr ? "" : why_; }

 private:
    enum class Part : std::uint8_t { head, sized_body, chunk_size, chunk, chunk_end, trailer, until_close };

    State read_head(std::string_view& bytes, ResponseSink& sink);
    State read_body(std::string_view& bytes, ResponseSink& sink);
    State read_line(std::string_view& bytes, ResponseSink& sink);
    State begin_body(const ResponseHead& head);
    State end_response(ResponseSink& sink);
    State broken(const char* why);

    Carry carry_;
    std::uint64_t body_left_ = 0;  ///< bytes of the body, or of the chunk
    const char* why_ = nullptr;
    std::uint32_t seen_bytes_ = 0;  ///< of a head that is not whole; of the trailers so far
    Part part_ = Part::head;
};

}  // namespace pushbench::loadgen
