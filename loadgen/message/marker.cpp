#include "loadgen/message/marker.hpp"

#include <charconv>

#include "loadgen/message/number.hpp"
#include "loadgen/wire/percent.hpp"

namespace pushbench::loadgen {
namespace {

constexpr std::string_view beginning = "pb1:";

template <class Integer>
void append_number(std::string& out, Integer value) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/// False where a '%' is not followed by two hexadecimal digits.
bool decode(std::string_view text, std::string& out) {
    out.clear();
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        if (text.size() - at < 3) return false;
        const int high = hex_value(text[at + 1]);
        const int low = hex_value(text[at + 2]);
        if (high < 0 || low < 0) return false;
        out += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return true;
}

/// Reads one marker, field by field, from the front.
struct Fields {
    const char* at;
    const char* end;

    std::string_view topic() {
        const char* from = at;
        while (at != end && (is_unreserved(*at) || *at == '%')) ++at;
        return {from, static_cast<std::size_t>(at - from)};
    }
    bool is(char c) {
        if (at == end || *at != c) return false;
        ++at;
        return true;
    }
    template <class Integer>
    bool number(Integer& value) {
        at = read_number(at, end, value);
        return at != nullptr;
    }
};

/// `text` begins behind the beginning of a marker. Gives what is behind it, or null where it is none.
const char* read_marker(std::string_view text, Stamp& stamp, std::string& scratch) {
    Fields in{text.data(), text.data() + text.size()};
    stamp.topic = in.topic();
    if (!in.is(':') || !in.number(stamp.seq) || stamp.seq == 0 || !in.is(':') || !in.number(stamp.due_ns) ||
        !in.is(':') || !in.number(stamp.sent_ns) || !in.is(';'))
        return nullptr;
    if (stamp.topic.find('%') != std::string_view::npos) {
        if (!decode(stamp.topic, scratch)) return nullptr;
        stamp.topic = scratch;
    }
    stamp.epoch = 0;
    return in.at;
}

}  // namespace

void append_marker(std::string& out, std::string_view topic, std::uint64_t seq, std::int64_t due_ns,
                   std::int64_t sent_ns) {
    out += beginning;
    append_percent_encoded(topic, out);
    out += ':';
    append_number(out, seq);
    out += ':';
    append_number(out, due_ns);
    out += ':';
    append_number(out, sent_ns);
    out += ';';
}

Find next_marker(std::string_view& rest, Stamp& stamp, std::string& scratch) {
    Find found = Find::none;
    while (true) {
        const std::size_t at = rest.find(beginning);
        if (at == std::string_view::npos) {
            rest = {};
            return found;
        }
        rest.remove_prefix(at + beginning.size());
        if (const char* behind = read_marker(rest, stamp, scratch); behind != nullptr) {
            rest.remove_prefix(static_cast<std::size_t>(behind - rest.data()));
            return Find::found;
        }
        found = Find::malformed;
    }
}

}  // namespace pushbench::loadgen
