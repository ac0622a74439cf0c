#include "loadgen/transport/ask.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "loadgen/dialects/escape.hpp"
#include "loadgen/dialects/header.hpp"
#include "loadgen/wire/percent.hpp"

namespace pushbench::loadgen {
namespace {

void append_number(std::uint64_t number, std::string& out) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

/// "wait=25s" and its like; the first request of who learns its cursor by it must not park.
void append_wait(const Speech& speech, std::chrono::milliseconds wait, std::string& out) {
    const auto wait_ms = static_cast<std::uint64_t>(wait.count());
    const bool whole_s = wait_ms % 1000 == 0;
    switch (speech.wait) {
        case Speech::Wait::none:
            break;
        case Speech::Wait::milliseconds:
            append_number(wait_ms, out);
            break;
        case Speech::Wait::seconds:
            append_number((wait_ms + 999) / 1000, out);
            break;
        case Speech::Wait::duration:
            append_number(whole_s ? wait_ms / 1000 : wait_ms, out);
            out += whole_s ? "s" : "ms";
    }
}

void append_target(const Speech& speech, const Subscription& what, const TemplateValues& values,
                   std::string& out) {
    const std::size_t begin = out.size();
    // A redirect names all that is to be asked for.
    if (what.target.led != Target::Led::no) {
        out += what.target.url.path_and_query.empty() ? "/" : what.target.url.path_and_query;
        return;
    }
    speech.path.append(values, out);
    char before = out.find('?', begin) == std::string::npos ? '?' : '&';
    const auto begin_part = [&](std::string_view name) {
        out += before;
        out.append(name).append("=");
        before = '&';
    };
    for (std::size_t k = 0; k != speech.cursor.size(); ++k) {
        const std::string_view part = cursor_part(what.cursor, k);
        if (speech.cursor[k].to != CursorPart::To::query || part.empty()) continue;
        begin_part(speech.cursor[k].to_name);
        append_percent_encoded(part, out);
    }
    if (speech.wait == Speech::Wait::none || what.wait.count() <= 0) return;
    if (what.cursor.empty() && !speech.parks_first) return;
    begin_part(speech.wait_name);
    append_wait(speech, what.wait, out);
}

}  // namespace

SubscriptionValues::SubscriptionValues(const Subscription& what) {
    const auto end = std::to_chars(digits_, digits_ + sizeof digits_, what.client).ptr;
    values_.i = {digits_, static_cast<std::size_t>(end - digits_)};
    values_.topic = what.topic;
    values_.cursor = what.cursor;
    values_.token = what.token;
}

void append_get(const Speech& speech, const Subscription& what, OwnHeaders own, std::string& out) {
    const SubscriptionValues named{what};
    out += "GET ";
    append_target(speech, what, named.values(), out);
    out += " HTTP/1.1\r\n";
    if (!has_header(speech.headers, "Host"))
        out.append("Host: ").append(what.target.authority).append("\r\n");
    for (const auto& [name, value] : own)
        if (!value.empty() && !has_header(speech.headers, name))
            out.append(name).append(": ").append(value).append("\r\n");
    for (std::size_t k = 0; k != speech.cursor.size(); ++k) {
        const std::string_view part = cursor_part(what.cursor, k);
        if (speech.cursor[k].to != CursorPart::To::header || part.empty()) continue;
        out.append(speech.cursor[k].to_name).append(": ");
        append_without_controls(part, out);
        out += "\r\n";
    }
    const bool elsewhere = what.target.led == Target::Led::elsewhere;
    append_headers(speech.headers, named.values(), out, elsewhere ? Secrets::left_out : Secrets::said);
    out += "\r\n";
}

std::string shown_request(const Speech& speech, const Subscription& what) {
    const SubscriptionValues named{what};
    std::string text = "GET ";
    append_target(speech, what, named.values(), text);
    return text;
}

std::string_view cursor_part(std::string_view cursor, std::size_t index) {
    for (; index != 0; --index) {
        const auto end = cursor.find('\n');
        if (end == std::string_view::npos) return {};
        cursor.remove_prefix(end + 1);
    }
    return cursor.substr(0, cursor.find('\n'));
}

std::string_view value_of_key(std::string_view json, std::string_view name) {
    for (auto at = json.find(name); at != std::string_view::npos; at = json.find(name, at + 1)) {
        std::string_view rest = json.substr(at + name.size());
        if (at == 0 || json[at - 1] != '"' || !rest.starts_with("\"")) continue;
        rest.remove_prefix(1);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
        if (!rest.starts_with(':')) continue;
        rest.remove_prefix(1);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
        if (!rest.starts_with('"')) return rest.substr(0, rest.find_first_of(",}] \t\r\n"));
        rest.remove_prefix(1);
        std::size_t end = rest.find('"');
        while (end != std::string_view::npos && end != 0 && rest[end - 1] == '\\')
            end = rest.find('"', end + 1);
        return rest.substr(0, end);
    }
    return {};
}

}  // namespace pushbench::loadgen
