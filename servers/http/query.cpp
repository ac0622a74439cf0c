#include "http/query.hpp"

#include <algorithm>

#include "http/authority.hpp"
#include "http/text.hpp"
#include "net/limits.hpp"
#include "notify/utf8.hpp"

namespace pushbench {
namespace {

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// False if a percent sign does not begin an encoded byte.
bool decode(std::string_view text, std::string& into, bool plus_is_blank) {
    into.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            into += plus_is_blank && text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (text.size() - i < 3) return false;
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0) return false;
        into += static_cast<char>(high << 4 | low);
        i += 2;
    }
    return true;
}

/// As a browser's URLSearchParams does (the WHATWG URL standard's urlencoded parser), but for a percent sign
/// that stands alone, which is refused.
bool read_query(std::string_view query, Target& target) {
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view parameter = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (parameter.empty()) continue;
        const std::size_t equals = std::min(parameter.find('='), parameter.size());
        auto& [key, value] = target.parameters.emplace_back();
        if (!decode(parameter.substr(0, equals), key, true)) return false;
        if (equals < parameter.size() && !decode(parameter.substr(equals + 1), value, true)) return false;
    }
    return true;
}

/// Each once, in the order in which they are first named. False for a name that is none, and for too many.
bool read_topics(const Target& target, std::size_t most_topics, std::vector<std::string>& topics,
                 Refusal& refusal) {
    for (const auto& [key, value] : target.parameters) {
        if (key != "topic") continue;
        if (!is_topic_name(value)) {
            refusal = bad_topic();
            return false;
        }
        if (std::find(topics.begin(), topics.end(), value) != topics.end()) continue;
        if (topics.size() == most_topics) {
            refusal = {400, Reason::topics,
                       "too many topics: expected at most " + std::to_string(most_topics) + " a client"};
            return false;
        }
        topics.push_back(value);
    }
    if (topics.empty()) topics.emplace_back("default");
    return true;
}

}  // namespace

Refusal bad_topic() {
    return {400, Reason::malformed, "bad topic: expected 1 to 128 bytes of UTF-8 without control characters"};
}

std::optional<std::string_view> Target::find(std::string_view name) const {
    for (const auto& [key, value] : parameters)
        if (key == name) return value;
    return std::nullopt;
}

std::optional<Target> parse_target(std::string_view text) {
    if (equal_without_case(text.substr(0, kHttpScheme.size()), kHttpScheme)) {
        text.remove_prefix(kHttpScheme.size());
        const std::size_t end = std::min(text.find_first_of("/?"), text.size());
        if (!is_authority(text.substr(0, end))) return std::nullopt;
        text.remove_prefix(end);
    } else if (!text.starts_with('/')) {
        return std::nullopt;
    }
    if (std::any_of(text.begin(), text.end(), [](char c) { return c <= 0x20 || c == 0x7f || c == '#'; }))
        return std::nullopt;
    Target target;
    const std::size_t mark = text.find('?');
    if (!decode(text.substr(0, mark), target.path, false)) return std::nullopt;
    if (target.path.empty()) target.path = "/";
    if (mark == std::string_view::npos) return target;
    if (!read_query(text.substr(mark + 1), target)) return std::nullopt;
    return target;
}

bool is_topic_name(std::string_view name) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return !name.empty() && name.size() <= 128 && std::none_of(name.begin(), name.end(), is_control) &&
           is_utf8(name);
}

std::optional<Wanted> parse_wanted(const Target& target, std::optional<std::string_view> last_event_id,
                                   std::size_t most_topics, Refusal& refusal) {
    Wanted wanted;
    if (!read_topics(target, most_topics, wanted.topics, refusal)) return std::nullopt;
    const bool resumed = last_event_id && !last_event_id->empty();
    const auto after = resumed ? last_event_id : target.find("after");
    if (!after) return wanted;
    auto cursor = parse_cursor(*after);
    if (!cursor || (cursor->after.size() != 1 && cursor->after.size() != wanted.topics.size())) {
        refusal.reason = Reason::malformed;
        refusal.line =
            std::string{"bad "} + (resumed ? "Last-Event-ID" : "after") + " '" + std::string{*after} +
            "': expected a cursor that this server gave, such as k3x9a1-17 or, with a number for each topic, "
            "k3x9a1-3,7; the number alone is taken as of this life of the server";
        return std::nullopt;
    }
    wanted.from = std::move(*cursor);
    return wanted;
}

}  // namespace pushbench
