#include "http/query.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "notify/utf8.hpp"

namespace pushbench {
namespace {

bool parse_cursors(std::string_view text, std::vector<std::uint64_t>& cursors) {
    const char* at = text.data();
    const char* const end = at + text.size();
    for (;;) {
        std::uint64_t cursor = 0;
        const auto [rest, error] = std::from_chars(at, end, cursor);
        if (error != std::errc{}) return false;
        cursors.push_back(cursor);
        if (rest == end) return true;
        if (*rest != ',') return false;
        at = rest + 1;
    }
}

}  // namespace

std::optional<std::string_view> Target::find(std::string_view name) const {
    for (const auto& [key, value] : parameters)
        if (key == name) return value;
    return std::nullopt;
}

std::optional<Target> parse_target(std::string_view text) {
    const boost::core::string_view given{text.data(), text.size()};
    const auto parsed =
        text.starts_with("http://") ? boost::urls::parse_uri(given) : boost::urls::parse_origin_form(given);
    if (!parsed) return std::nullopt;
    Target target;
    target.path = parsed->path();
    for (const auto& parameter : parsed->params())
        target.parameters.emplace_back(parameter.key, parameter.value);
    return target;
}

bool is_topic_name(std::string_view name) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return !name.empty() && name.size() <= 128 && std::none_of(name.begin(), name.end(), is_control) &&
           is_utf8(name);
}

std::optional<Wanted> parse_wanted(const Target& target, std::optional<std::string_view> last_event_id,
                                   std::string& problem) {
    Wanted wanted;
    for (const auto& [key, value] : target.parameters) {
        if (key != "topic") continue;
        if (!is_topic_name(value)) {
            problem = "bad topic: expected 1 to 128 bytes of UTF-8 without control characters";
            return std::nullopt;
        }
        wanted.topics.push_back(value);
    }
    if (wanted.topics.empty()) wanted.topics.emplace_back("default");
    if (wanted.topics.size() > 256) {
        problem = "too many topics: " + std::to_string(wanted.topics.size()) + ", expected at most 256";
        return std::nullopt;
    }
    const auto after = last_event_id ? last_event_id : target.find("after");
    if (!after) return wanted;
    if (!parse_cursors(*after, wanted.after) ||
        (wanted.after.size() != 1 && wanted.after.size() != wanted.topics.size())) {
        problem = std::string{"bad "} + (last_event_id ? "Last-Event-ID" : "after") + " '" +
                  std::string{*after} +
                  "': expected the sequence of the last notification you have, such as 17, or one for each "
                  "topic, such "
                  "as 3,7";
        return std::nullopt;
    }
    return wanted;
}

}  // namespace pushbench
