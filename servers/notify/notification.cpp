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

std::string to_json(const Notification& notification, std::string_view epoch) {
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
    if (!epoch.empty()) out.append(R"(,"epoch":")").append(epoch).append("\"");
    out += R"(,"payload":)";
    append_quoted(out, notification.payload);
    out += '}';
    return out;
}

}  // namespace pushbench
