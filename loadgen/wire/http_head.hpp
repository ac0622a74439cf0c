#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loadgen/wire/header.hpp"

namespace pushbench::loadgen {

/// Status line and header fields of a response, as views into its text.
struct ResponseHead {
    int status = 0;
    int minor = 1;  ///< of HTTP/1.minor
    std::string_view reason;
    std::string_view lines;  ///< all header lines

    /// Names compare without case (RFC 9110 §5.1); the first of several wins.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
    /// The values of all lines of that name as the one list that they are (RFC 9110 §5.3): "a, b".
    [[nodiscard]] std::string fields(std::string_view name) const;
    /// Whether a list holds this token, as `Connection` may hold "close"; without case.
    [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;
    /// Whether another request may be sent on the connection (RFC 9112 §9.3).
    [[nodiscard]] bool keeps_alive() const;
};

/// "404 Not Found", for messages.
std::string describe(const ResponseHead& head);

/// Whether a Content-Type's value names this type, parameters aside (RFC 9110 §8.3.1).
[[nodiscard]] bool is_media_type(std::string_view value, std::string_view type);

/// Where the empty line behind a head ends; npos: not there yet. Lines may end in LF alone (RFC 9112 §2.2).
/// What lies before `from` has been looked through already.
[[nodiscard]] std::size_t end_of_head(std::string_view bytes, std::size_t from);

/// Takes one line off the front, its end too. False if that is not there yet.
bool take_line(std::string_view& bytes, std::string_view& line);

/// Reads a head up to its empty line (RFC 9112 §4, §5). Null, or what it has instead: "a header line without
/// a name". `unfolded` is where a head lies whose fields had several lines (§5.2); most need no such copy.
const char* parse_head(std::string_view text, ResponseHead& head, std::string& unfolded);

/// The length that a body is said to have. Several are one if they are equal (RFC 9110 §8.6). Null, or what
/// is wrong; no length leaves `length` empty.
const char* content_length(const ResponseHead& head, std::optional<std::uint64_t>& length);

}  // namespace pushbench::loadgen
