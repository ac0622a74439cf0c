#include "polling/nothing_new.hpp"

#include "notify/cursor.hpp"

namespace pushbench::polling {
namespace {

/// Of the entity-tag that is named first. `W/` makes no difference here (RFC 9110 §13.1.2).
std::optional<std::string_view> cursor_in(std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    tag = tag.substr(1, tag.size() - 2);
    if (!parse_cursor(tag)) return std::nullopt;
    return tag;
}

}  // namespace

/// In one pass, since it is on the path of every poll.
std::optional<Asked> read_asked(const Request& request, std::string& problem) {
    bool has_cursor = false;
    const std::string* empty = nullptr;
    for (const auto& [key, value] : request.target.parameters) {
        if (key[0] == 'a' && key == "after" && !value.empty()) has_cursor = true;
        if (key[0] == 'e' && key == "empty" && empty == nullptr) empty = &value;
    }
    if (empty != nullptr && *empty != "200" && *empty != "204") {
        problem = "bad empty '" + *empty + "': expected 200 or 204";
        return std::nullopt;
    }
    Asked asked;
    if (!has_cursor) {
        asked.tag = cursor_in(request.header("If-None-Match"));
        asked.nothing_new = asked.tag ? NothingNew::not_modified : NothingNew::names_cursor;
    }
    if (empty != nullptr && *empty == "200") asked.nothing_new = NothingNew::empty_list;
    return asked;
}

std::string etag_line(const std::string& cursor) {
    return "ETag: \"" + cursor + "\"\r\n";
}

Response empty_answer(NothingNew how, const Reader& reader) {
    switch (how) {
        case NothingNew::no_content:
            break;
        case NothingNew::names_cursor: {
            const std::string cursor = reader.cursor_text();
            return {204, {}, {}, "Cursor: " + cursor + "\r\n" + etag_line(cursor)};
        }
        case NothingNew::empty_list:
            return {200,
                    "application/json",
                    R"({"cursor":")" + reader.cursor_text() + R"(","notifications":[]})",
                    {}};
        case NothingNew::not_modified:
            return {304, {}, {}, etag_line(reader.cursor_text())};
    }
    return {204, {}, {}, {}};
}

}  // namespace pushbench::polling
