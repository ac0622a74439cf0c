#include "loadgen/transport/polling/answer.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string>

namespace pushbench::loadgen {
namespace {

bool take(std::string_view& text, std::string_view literal) {
    if (!text.starts_with(literal)) return false;
    text.remove_prefix(literal.size());
    return true;
}

/// A number, or a string with no escape in it: the cursor as text.
std::string_view take_cursor(std::string_view& text) {
    const bool quoted = take(text, "\"");
    const auto end = text.find_first_not_of("0123456789");
    const auto length = quoted ? text.find_first_of("\"\\") : end;
    const auto cursor = text.substr(0, std::min(length, text.size()));
    text.remove_prefix(cursor.size());
    return quoted && !take(text, "\"") ? std::string_view{} : cursor;
}

/// What our servers write, in two passes so that nothing is told of an answer whose end is wrong.
struct FastAnswer {
    std::string_view cursor;
    std::string_view notifications;  ///< the objects with commas between
    std::size_t gaps = 0;
};

/// Walks over objects with commas between, up to the closing bracket.
template <class Tell>
bool walk(std::string_view& text, Tell tell) {
    while (!take(text, "]")) {
        const std::size_t length = object_length(text);
        if (length == 0) return false;
        tell(text.substr(0, length));
        text.remove_prefix(length);
        if (!take(text, ",") && !text.starts_with(']')) return false;
    }
    return true;
}

bool parse_fast(std::string_view body, FastAnswer& answer) {
    if (!take(body, R"({"cursor":)")) return false;
    answer.cursor = take_cursor(body);
    if (answer.cursor.empty() || !take(body, R"(,"notifications":[)")) return false;
    answer.notifications = body;
    if (!walk(body, [](std::string_view) {})) return false;
    answer.notifications.remove_suffix(body.size());
    if (take(body, R"(,"gaps":[)") && !walk(body, [&](std::string_view) { ++answer.gaps; })) return false;
    return take(body, "}") && body.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Empty if it is none.
std::string cursor_of(const boost::json::value& value) {
    if (value.is_int64() && value.get_int64() >= 0) return std::to_string(value.get_int64());
    if (!value.is_string()) return {};
    return {value.get_string().data(), value.get_string().size()};
}

bool parse_any(std::string_view body, AnswerSink& sink) {
    boost::system::error_code error;
    const auto value = boost::json::parse({body.data(), body.size()}, error);
    if (error || !value.is_object()) return false;
    const auto* cursor = value.get_object().if_contains("cursor");
    const auto* notifications = value.get_object().if_contains("notifications");
    if (cursor == nullptr || notifications == nullptr || !notifications->is_array()) return false;
    const std::string text = cursor_of(*cursor);
    if (text.empty()) return false;
    sink.on_cursor(text);
    for (const auto& one : notifications->get_array()) sink.on_message(boost::json::serialize(one));
    const auto* gaps = value.get_object().if_contains("gaps");
    if (gaps != nullptr && gaps->is_array())
        for (std::size_t i = 0; i != gaps->get_array().size(); ++i) sink.on_gap();
    return true;
}

}  // namespace

std::size_t object_length(std::string_view text) {
    if (!text.starts_with('{')) return 0;
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            // To the end of the string: a quote behind an even number of backslashes.
            do {
                at = text.find('"', at + 1);
                if (at == std::string_view::npos) return 0;
            } while (((at - 1) - text.find_last_not_of('\\', at - 1)) % 2 != 0);
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return at + 1;
        }
    }
    return 0;
}

bool parse_answer(std::string_view body, AnswerSink& sink) {
    FastAnswer answer;
    if (!parse_fast(body, answer)) return parse_any(body, sink);
    sink.on_cursor(answer.cursor);
    walk(answer.notifications, [&](std::string_view json) { sink.on_message(json); });
    for (std::size_t i = 0; i != answer.gaps; ++i) sink.on_gap();
    return true;
}

}  // namespace pushbench::loadgen
