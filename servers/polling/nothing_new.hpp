#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "notify/reader.hpp"

namespace pushbench::polling {

/// How a poll that finds nothing is answered.
enum class NothingNew : std::uint8_t {
    no_content,    ///< 204, to a client that has its cursor
    names_cursor,  ///< 204 with the cursor in the head, to a client that has none yet
    empty_list,    ///< 200 with an empty list, to `empty=200`
    not_modified   ///< 304, to a client that names the entity-tag of what it has (RFC 9110 §13.1.2)
};

/// What a poll says of it.
struct Asked {
    NothingNew nothing_new = NothingNew::no_content;
    /// The cursor of `If-None-Match`, where it stands in the place of `after=`: the tags of our answers are
    /// cursors. Empty where there is none: a tag of anybody else's is of no answer of ours, and matches
    /// nothing.
    std::optional<std::string_view> tag{};
};

/// Empty where it wants what there is not; `problem` then says so in one line.
std::optional<Asked> read_asked(const Request& request, std::string& problem);

/// `ETag: "k3x9a1b2-17"`, ended by CRLF.
std::string etag_line(const std::string& cursor);

Response empty_answer(NothingNew how, const Reader& reader);

}  // namespace pushbench::polling
