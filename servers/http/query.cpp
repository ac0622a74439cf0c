#include "http/query.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "notify/utf8.hpp"

namespace pushbench {
namespace {

constexpr std::size_t kMostTopics = 256;

/// Each once, in the order in which they are first named. False for a name that is none.
bool read_topics(const Target& target, std::vector<std::string>& topics) {
    for (const auto& [key, value] : target.parameters) {
        if (key != "topic") continue;
        if (!is_topic_name(value)) return false;
        if (std::find(topics.begin(), topics.end(), value) == topics.end()) topics.push_back(value);
    }
    if (topics.empty()) topics.emplace_back("default");
    return true;
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
    if (!read_topics(target, wanted.topics)) {
        problem = "bad topic: expected 1 to 128 bytes of UTF-8 without control characters";
        return std::nullopt;
    }
    if (wanted.topics.size() > kMostTopics) {
        problem = "too many topics: " + std::to_string(wanted.topics.size()) + ", expected at most " +
                  std::to_string(kMostTopics);
        return std::nullopt;
    }
    const bool resumed = last_event_id && !last_event_id->empty();
    const auto after = resumed ? last_event_id : target.find("after");
    if (!after) return wanted;
    auto cursor = parse_cursor(*after);
    if (!cursor || (cursor->after.size() != 1 && cursor->after.size() != wanted.topics.size())) {
        problem =
            std::string{"bad "} + (resumed ? "Last-Event-ID" : "after") + " '" + std::string{*after} +
            "': expected a cursor that this server gave, such as k3x9a1-17 or, with a number for each topic, "
            "k3x9a1-3,7; the number alone is taken as of this life of the server";
        return std::nullopt;
    }
    wanted.from = std::move(*cursor);
    return wanted;
}

}  // namespace pushbench
