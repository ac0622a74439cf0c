#include "loadgen/dialects/template.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "loadgen/dialects/escape.hpp"
#include "loadgen/wire/failure.hpp"
#include "loadgen/wire/percent.hpp"

namespace pushbench::loadgen {
namespace {

struct Named {
    std::string_view name;
    std::string_view TemplateValues::*value;
};

constexpr std::array<Named, 10> all_names = {{
    {"i", &TemplateValues::i},
    {"topic", &TemplateValues::topic},
    {"cursor", &TemplateValues::cursor},
    {"token", &TemplateValues::token},
    {"payload", &TemplateValues::payload},
    {"marker", &TemplateValues::marker},
    {"seq", &TemplateValues::seq},
    {"due_ns", &TemplateValues::due_ns},
    {"sent_ns", &TemplateValues::sent_ns},
    {"bytes", nullptr},
}};

std::string listed(Template::Names names) {
    std::string text;
    for (const std::string_view name : names) {
        if (!text.empty()) text += ' ';
        text.append("{").append(name).append("}");
    }
    return text;
}

bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || c == '_';
}

/// The length of "{name}" or "{name|filter|…}" at the front; 0 if there is none.
std::size_t placeholder_length(std::string_view text) {
    if (text.size() < 3 || !is_name(text[1])) return 0;
    const auto end = std::find_if_not(text.begin() + 1, text.end(), [](char c) {
        return is_name(c) || c == '|' || (c >= '0' && c <= '9');
    });
    return end != text.end() && *end == '}' ? static_cast<std::size_t>(end - text.begin()) + 1 : 0;
}

std::string_view cut_word(std::string_view& text) {
    const auto end = std::min(text.find('|'), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

}  // namespace

Template::Template(std::string_view text, Place place, Names names) : text_{text} {
    std::string literal;
    while (!text.empty()) {
        // "{{name}}" is a name that is not meant.
        const std::size_t meant = text.front() == '{' ? placeholder_length(text) : 0;
        const std::size_t quoted = text.starts_with("{{") ? placeholder_length(text.substr(1)) : 0;
        if (quoted != 0 && text.substr(1 + quoted).starts_with('}')) {
            literal += text.substr(1, quoted);
            text.remove_prefix(quoted + 2);
        } else if (meant != 0) {
            Piece piece = piece_of(text.substr(1, meant - 2), place, names);
            piece.literal.swap(literal);
            pieces_.push_back(std::move(piece));
            literal.clear();
            text.remove_prefix(meant);
        } else {
            literal += text.front();
            text.remove_prefix(1);
        }
    }
    if (!literal.empty()) pieces_.push_back({std::move(literal), nullptr, false, {}});
}

Template::Piece Template::piece_of(std::string_view inside, Place place, Names names) const {
    const std::string whole = "{" + std::string{inside} + "}";
    const std::string_view name = cut_word(inside);
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw Failure("names " + whole + ", which there is not here; there are " + listed(names) +
                      ", and {{" + std::string{name} + "}} for the text itself");
    const auto* named =
        std::find_if(all_names.begin(), all_names.end(), [&](const Named& n) { return n.name == name; });
    Piece piece;
    piece.value = named->value;
    piece.bytes = named->value == nullptr;
    bool by_place = true;
    while (!inside.empty()) {
        const std::string_view filter = cut_word(inside);
        by_place = false;
        if (filter == "json")
            piece.filters.push_back(Filter::json);
        else if (filter == "url")
            piece.filters.push_back(Filter::url);
        else if (filter == "base64")
            piece.filters.push_back(Filter::base64);
        else if (filter != "raw")
            throw Failure("has the filter '" + std::string{filter} + "' in " + whole +
                          ", which there is not; there are json, url, base64 and raw");
    }
    if (by_place && place == Place::url) piece.filters.push_back(Filter::url);
    // Nothing lets a value add a line to a request's head.
    if (place == Place::header || (place == Place::url && piece.filters.empty()))
        piece.filters.push_back(Filter::header);
    return piece;
}

bool Template::names(std::string_view name) const {
    const auto* named =
        std::find_if(all_names.begin(), all_names.end(), [&](const Named& n) { return n.name == name; });
    return named != all_names.end() && std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& piece) {
               return named->value == nullptr ? piece.bytes : piece.value == named->value;
           });
}

void Template::append_filtered(Filter filter, std::string_view value, std::string& out) {
    switch (filter) {
        case Filter::json:
            return append_json_escaped(value, out);
        case Filter::url:
            return append_percent_encoded(value, out);
        case Filter::base64:
            return append_base64(value, out);
        case Filter::header:
            return append_without_controls(value, out);
    }
}

void Template::append(const TemplateValues& values, std::string& out) const {
    for (const Piece& piece : pieces_) {
        out += piece.literal;
        if (piece.bytes) {
            char digits[24];
            const auto size = values.marker.size() + values.payload.size();
            out.append(digits, std::to_chars(digits, digits + sizeof digits, size).ptr);
        }
        if (piece.value == nullptr) continue;
        const std::string_view value = values.*piece.value;
        if (piece.filters.empty()) {
            out += value;
        } else if (piece.filters.size() == 1) {
            append_filtered(piece.filters.front(), value, out);
        } else {
            std::string before{value};
            for (const Filter filter : piece.filters) {
                std::string after;
                append_filtered(filter, before, after);
                before.swap(after);
            }
            out += before;
        }
    }
}

bool Template::has_nothing(const TemplateValues& values) const {
    bool any = false;
    for (const Piece& piece : pieces_) {
        if (piece.bytes || (piece.value != nullptr && !(values.*piece.value).empty())) return false;
        any = any || piece.value != nullptr;
    }
    return any;
}

std::string Template::with(const TemplateValues& values) const {
    std::string out;
    append(values, out);
    return out;
}

}  // namespace pushbench::loadgen
