#include "source/jetstream/subject.hpp"

#include <algorithm>
#include <charconv>

namespace pushbench::jetstream {
namespace {

constexpr std::string_view kEmptyName = "%";

bool stands_for_itself(char c) {
    const bool is_alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_alphanumeric || std::string_view{"-_:/@+=,~"}.find(c) != std::string_view::npos;
}

/// The first token, which is taken off.
std::string_view take_token(std::string_view& subject) {
    const auto dot = subject.find('.');
    const std::string_view token = subject.substr(0, dot);
    subject.remove_prefix(dot == std::string_view::npos ? subject.size() : dot + 1);
    return token;
}

}  // namespace

std::string to_token(std::string_view topic) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (topic.empty()) return std::string{kEmptyName};
    std::string token;
    for (const char c : topic) {
        if (stands_for_itself(c)) {
            token += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        token += '%';
        token += digits[byte >> 4U];
        token += digits[byte & 15U];
    }
    return token;
}

std::optional<std::string> from_token(std::string_view token) {
    if (token == kEmptyName) return std::string{};
    std::string topic;
    for (std::size_t at = 0; at < token.size(); ++at) {
        if (token[at] != '%') {
            topic += token[at];
            continue;
        }
        unsigned byte = 0;
        const char* const end = token.data() + std::min(at + 3, token.size());
        if (std::from_chars(token.data() + at + 1, end, byte, 16).ptr != token.data() + at + 3)
            return std::nullopt;
        topic += static_cast<char>(byte);
        at += 2;
    }
    if (to_token(topic) != token) return std::nullopt;
    return topic;
}

std::optional<std::string> prefix_of(std::string_view stream_subject) {
    if (stream_subject.size() < 3) return std::nullopt;
    const std::string_view end = stream_subject.substr(stream_subject.size() - 2);
    if (end != ".*" && end != ".>") return std::nullopt;
    const std::string_view prefix = stream_subject.substr(0, stream_subject.size() - 2);
    if (prefix.find_first_of("*>") != std::string_view::npos) return std::nullopt;
    return std::string{prefix};
}

std::optional<std::string_view> token_behind(std::string_view prefix, std::string_view subject) {
    if (subject.size() < prefix.size() + 2 || !subject.starts_with(prefix) || subject[prefix.size()] != '.')
        return std::nullopt;
    const std::string_view token = subject.substr(prefix.size() + 1);
    if (token.find('.') != std::string_view::npos) return std::nullopt;
    return token;
}

bool captures(std::string_view pattern, std::string_view subject) {
    while (!pattern.empty() && !subject.empty()) {
        const std::string_view wanted = take_token(pattern);
        if (wanted == ">") return true;
        if (const std::string_view token = take_token(subject); wanted != "*" && wanted != token)
            return false;
    }
    return pattern.empty() && subject.empty();
}

std::string publish_prefix(std::string_view stream) {
    return "pushbench." + std::string{stream} + ".publish";
}

}  // namespace pushbench::jetstream
