#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "loadgen/wire/carry.hpp"

namespace pushbench::loadgen {

/// Status line and header fields of a response, as views into its text.
struct ResponseHead {
    int status = 0;
    std::string_view reason;
    std::string_view fields;  ///< all header lines

    /// Names compare without case (RFC 9110 §5.1); the first of several wins.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
};

bool equals_ignoring_case(std::string_view a, std::string_view b);
/// "404 Not Found", for messages.
std::string describe(const ResponseHead& head);

/// Where HttpResponse reports. Views hold until the call returns.
class ResponseSink {
 public:
    virtual ~ResponseSink() = default;
    virtual void on_head(const ResponseHead& head) = 0;
    virtual void on_body(std::string_view piece) = 0;
    virtual void on_end() = 0;
};

/// Reads HTTP/1.1 responses (RFC 9112) without I/O, one after the other on a connection: bodies by
/// Content-Length, chunked, or until the connection closes.
class HttpResponse {
 public:
    enum class State : std::uint8_t { reading, whole, upgraded, broken };

    /// Reads up to the end of one response. What belongs to the next one, or to the protocol after a 101,
    /// comes back as `rest`.
    State read(std::string_view bytes, ResponseSink& sink, std::string_view& rest);
    /// The peer closed: the end of a body that only this ends, else of nothing. True if the response is
    /// whole.
    bool closed(ResponseSink& sink);
    /// True between two responses.
    [[nodiscard]] bool idle() const { return part_ == Part::head && carry_.size() == 0; }

 private:
    enum class Part : std::uint8_t { head, sized_body, chunk_size, chunk, chunk_end, trailer, until_close };

    State read_head(std::string_view& bytes, ResponseSink& sink);
    State read_body(std::string_view& bytes, ResponseSink& sink);
    bool read_chunk_size(std::string_view line);

    Carry carry_;
    std::uint64_t body_left_ = 0;  ///< bytes of the body, or of the chunk
    Part part_ = Part::head;
};

}  // namespace pushbench::loadgen
