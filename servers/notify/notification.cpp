#include "notify/notification.hpp"

#include <boost/json.hpp>
#include <charconv>

namespace pushbench {
namespace {

template <class Integer>
void append_number(std::string& out, Integer value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

/// Most topics and payloads need no escape, and a check per byte is far cheaper than a JSON serializer.
void append_quoted(std::string& out, std::string_view text) {
    bool plain = true;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        plain = plain && byte >= 0x20 && byte != '"' && byte != '\\';
    }
    if (plain) {
        out += '"';
        out += text;
        out += '"';
    } else {
        out += boost::json::serialize(boost::json::string_view{text.data(), text.size()});
    }
}

}  // namespace

std::string to_json(const Notification& notification) {
    std::string out;
    out.reserve(96 + notification.topic.size() + notification.payload.size());
    out += R"({"seq":)";
    append_number(out, notification.seq);
    out += R"(,"topic":)";
    append_quoted(out, notification.topic);
    out += R"(,"due_ns":)";
    append_number(out, notification.due_ns);
    out += R"(,"sent_ns":)";
    append_number(out, notification.sent_ns);
    out += R"(,"payload":)";
    append_quoted(out, notification.payload);
    out += '}';
    return out;
}

std::optional<Notification> from_json(std::string_view json) {
    boost::system::error_code error;
    const auto value = boost::json::parse({json.data(), json.size()}, error);
    if (error || !value.is_object()) return std::nullopt;
    const auto& object = value.get_object();
    const auto* seq = object.if_contains("seq");
    const auto* topic = object.if_contains("topic");
    const auto* due = object.if_contains("due_ns");
    const auto* sent = object.if_contains("sent_ns");
    const auto* payload = object.if_contains("payload");
    if (!seq || !topic || !due || !sent || !payload) return std::nullopt;
    if (!seq->is_int64() || seq->get_int64() < 1 || !topic->is_string() || !due->is_int64() ||
        !sent->is_int64() || !payload->is_string())
        return std::nullopt;
    return Notification{static_cast<std::uint64_t>(seq->get_int64()), std::string{topic->get_string()},
                        due->get_int64(), sent->get_int64(), std::string{payload->get_string()}};
}

std::string topic_name(std::string_view prefix, std::uint32_t index, std::uint32_t count) {
    std::string name{prefix};
    if (count > 1) {
        name += '-';
        append_number(name, index);
    }
    return name;
}

}  // namespace pushbench
