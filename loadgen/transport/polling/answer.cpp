#include "loadgen/transport/polling/answer.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <string>
#include <vector>

namespace pushbench::loadgen {
namespace {

bool take(std::string_view& text, std::string_view literal) {
    if (!text.starts_with(literal)) return false;
    text.remove_prefix(literal.size());
    return true;
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// What our servers write, in two passes so that nothing is told of an answer whose end is wrong.
struct FastAnswer {
    std::uint64_t cursor = 0;
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
    const bool quoted = take(body, "\"");
    const auto cursor = take_number(body);
    if (!cursor || (quoted && !take(body, "\"")) || !take(body, R"(,"notifications":[)")) return false;
    answer.cursor = *cursor;
    answer.notifications = body;
    if (!walk(body, [](std::string_view) {})) return false;
    answer.notifications.remove_suffix(body.size());
    if (take(body, R"(,"gaps":[)") && !walk(body, [&](std::string_view) { ++answer.gaps; })) return false;
    return body.starts_with('}');
}

std::optional<std::uint64_t> cursor_of(const boost::json::value& value) {
    if (value.is_int64() && value.get_int64() >= 0) return static_cast<std::uint64_t>(value.get_int64());
    if (!value.is_string()) return std::nullopt;
    std::string_view text{value.get_string().data(), value.get_string().size()};
    const auto number = take_number(text);
    return text.empty() ? number : std::nullopt;
}

std::optional<std::uint64_t> parse_any(std::string_view body, AnswerSink& sink) {
    boost::system::error_code error;
    const auto value = boost::json::parse({body.data(), body.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    const auto* cursor = value.get_object().if_contains("cursor");
    const auto* notifications = value.get_object().if_contains("notifications");
    if (cursor == nullptr || notifications == nullptr || !notifications->is_array()) return std::nullopt;
    const auto number = cursor_of(*cursor);
    if (!number) return std::nullopt;
    for (const auto& one : notifications->get_array()) sink.on_notification(boost::json::serialize(one));
    const auto* gaps = value.get_object().if_contains("gaps");
    if (gaps != nullptr && gaps->is_array())
        for (std::size_t i = 0; i != gaps->get_array().size(); ++i) sink.on_gap();
    return number;
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

std::optional<std::uint64_t> parse_answer(std::string_view body, AnswerSink& sink) {
    FastAnswer answer;
    if (!parse_fast(body, answer)) return parse_any(body, sink);
    walk(answer.notifications, [&](std::string_view json) { sink.on_notification(json); });
    for (std::size_t i = 0; i != answer.gaps; ++i) sink.on_gap();
    return answer.cursor;
}

}  // namespace pushbench::loadgen
