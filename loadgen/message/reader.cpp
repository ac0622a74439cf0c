#include "loadgen/message/reader.hpp"

#include <algorithm>

#include "loadgen/message/json.hpp"
#include "loadgen/message/marker.hpp"

namespace pushbench::loadgen {
namespace {

constexpr MessageKind all_kinds[] = {MessageKind::json, MessageKind::marker, MessageKind::opaque};

}  // namespace

std::string_view name_of(MessageKind kind) {
    if (kind == MessageKind::json) return "json";
    return kind == MessageKind::marker ? "marker" : "opaque";
}

std::optional<MessageKind> message_kind(std::string_view name) {
    for (const MessageKind kind : all_kinds)
        if (name == name_of(kind)) return kind;
    return std::nullopt;
}

Find MessageReader::next(std::string_view& rest, Stamp& stamp) {
    if (kind_ == MessageKind::marker) return next_marker(rest, stamp, scratch_);
    if (kind_ == MessageKind::opaque) return Find::none;
    const std::string_view message = rest;
    rest = {};
    return read_json(message, stamp, scratch_);
}

std::string excerpt(std::string_view bytes) {
    constexpr std::size_t longest = 64;
    std::string text{bytes.substr(0, longest)};
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '.');
    return bytes.size() > longest ? text + "..." : text;
}

}  // namespace pushbench::loadgen
