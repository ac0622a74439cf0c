#include "polling/nothing_new.hpp"

#include "notify/cursor.hpp"

namespace pushbench::polling {
namespace {

constexpr std::string_view kEmpty = "empty";

bool has_cursor(const Request& request) {
    const auto after = request.target.find("after");
    return after && !after->empty();
}

}  // namespace

std::optional<NothingNew> read_nothing_new(const Request& request, std::string& problem) {
    const auto wanted = request.target.find(kEmpty);
    if (wanted && *wanted != "200" && *wanted != "204") {
        problem = "bad empty '" + std::string{*wanted} + "': expected 200 or 204";
        return std::nullopt;
    }
    if (wanted && *wanted == "200") return NothingNew::empty_list;
    if (has_cursor(request)) return NothingNew::no_content;
    return known_tag(request) ? NothingNew::not_modified : NothingNew::names_cursor;
}

std::optional<std::string_view> known_tag(const Request& request) {
    if (has_cursor(request)) return std::nullopt;
    std::string_view tag = request.header("If-None-Match");
    if (tag.starts_with("W/")) tag.remove_prefix(2);  // compared weakly (RFC 9110 §13.1.2)
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    tag = tag.substr(1, tag.size() - 2);
    if (!parse_cursor(tag)) return std::nullopt;
    return tag;
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
