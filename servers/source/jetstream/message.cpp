#include "source/jetstream/message.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <vector>

namespace pushbench::jetstream {
namespace {

/// "wrong last sequence": somebody else was faster. Of the stream's error codes the one that is no failure.
constexpr std::int64_t kWrongLastSequence = 10071;

template <class Integer>
bool read_whole(std::string_view text, Integer& value) {
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && rest == text.data() + text.size();
}

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(by);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

Answer answer_of_error(const boost::json::object& error) {
    Answer answer;
    if (const auto* text = error.if_contains("description"); text && text->is_string())
        answer.problem = std::string{text->get_string()};
    const auto* code = error.if_contains("err_code");
    if (!code || !code->is_int64() || code->get_int64() != kWrongLastSequence) return answer;
    // "wrong last sequence: 17"
    const auto colon = answer.problem.rfind(": ");
    if (colon == std::string::npos) return answer;
    if (read_whole(std::string_view{answer.problem}.substr(colon + 2), answer.stream_seq))
        answer.kind = Answer::Kind::conflict;
    return answer;
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    if (!read_whole(text, value)) return std::nullopt;
    return value;
}

std::string to_text(const Times& times) {
    return std::to_string(times.due_ns) + " " + std::to_string(times.sent_ns);
}

std::optional<Times> parse_times(std::string_view text) {
    Times times;
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    if (!read_whole(text.substr(0, space), times.due_ns)) return std::nullopt;
    if (!read_whole(text.substr(space + 1), times.sent_ns)) return std::nullopt;
    return times;
}

std::string to_id(std::string_view process, std::uint64_t number) {
    return std::string{process} + "-" + std::to_string(number);
}

std::optional<std::uint64_t> parse_id(std::string_view text, std::string_view process) {
    if (!text.starts_with(process) || text.size() < process.size() + 2 || text[process.size()] != '-')
        return std::nullopt;
    return parse_number(text.substr(process.size() + 1));
}

// `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>`; newer servers put a
// domain and an account before the stream, and a token behind it all.
std::optional<Position> parse_position(std::string_view reply) {
    if (!reply.starts_with("$JS.ACK.")) return std::nullopt;
    const auto tokens = split(reply, '.');
    if (tokens.size() != 9 && tokens.size() < 11) return std::nullopt;
    const std::size_t first = tokens.size() == 9 ? 5 : 7;
    Position position;
    if (!read_whole(tokens[first], position.stream_seq) ||
        !read_whole(tokens[first + 1], position.consumer_seq) ||
        !read_whole(tokens[first + 3], position.pending))
        return std::nullopt;
    return position;
}

Answer parse_answer(std::string_view json) {
    boost::system::error_code failed;
    const auto value = boost::json::parse({json.data(), json.size()}, failed);
    if (failed || !value.is_object()) return {.problem = "no answer of JetStream: " + std::string{json}};
    const auto& object = value.get_object();
    if (const auto* error = object.if_contains("error"); error && error->is_object())
        return answer_of_error(error->get_object());
    const auto* seq = object.if_contains("seq");
    if (!seq || !seq->is_int64() || seq->get_int64() <= 0)
        return {.problem = "no answer of JetStream: " + std::string{json}};
    return {.kind = Answer::Kind::stored, .stream_seq = static_cast<std::uint64_t>(seq->get_int64())};
}

Epoch epoch_of(std::int64_t created_ns) {
    std::array<char, 24> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), static_cast<std::uint64_t>(created_ns), 36).ptr;
    return *Epoch::parse({text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace pushbench::jetstream
